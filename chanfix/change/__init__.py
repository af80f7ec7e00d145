"""What runs against a connection to libvirt: read, plan, back up, define, verify."""
