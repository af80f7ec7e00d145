"""What a Windows guest runs better with."""
