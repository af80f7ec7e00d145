"""Writes comments that suppress findings: where they can stand, what they say, and if they do what they should."""
