"""The guest's agent: whether it is reached, and what it would do."""
