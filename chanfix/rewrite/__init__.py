"""Add, detach and attach: pure functions from a document and a wish to a plan. Nothing is read or written here."""
