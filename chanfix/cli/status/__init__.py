"""The command status: one look, a watch, and the verdicts as a table, lines or JSON."""
