"""Source and path: where the socket of a port is, and who listens on it."""
