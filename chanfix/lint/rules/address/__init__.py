"""Addresses: where devices are on their buses, and which buses a machine has."""
