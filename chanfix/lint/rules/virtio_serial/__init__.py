"""Virtio-serial: ports, their addresses, their controllers, and what else is on them."""
