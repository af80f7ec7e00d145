"""What is known before a run: the configuration, the names of rules, the findings of a baseline."""
