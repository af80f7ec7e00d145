"""Feeds broken input to chanfix. A module here with ``try_one`` is a target; ``python -m fuzz`` runs them."""
