"""Asks the libvirt that is installed on this machine: what it refuses, at which place, and what it would not store."""
