"""Paths of the sockets behind virtio ports: what libvirt makes of them, whose they are, and how to change them."""
