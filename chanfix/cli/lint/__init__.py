"""The command lint: its options, the files that it takes, and what it says at the end."""
