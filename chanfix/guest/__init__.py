"""The guest's side of a port: what to set in it so that qemu-ga opens the port, and starts when it appears."""
