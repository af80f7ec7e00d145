"""How long chanfix takes, beside its peers: ``scripts/bench`` runs everything here."""
