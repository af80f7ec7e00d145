"""Carries out a plan on a host: show, save, define, read back, change the running domain, undo."""
