"""Devices of the host that a guest is given, and what else a domain has for them."""
