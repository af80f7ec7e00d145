"""The linter: rules, the engine that runs them, and what decides which findings count."""
