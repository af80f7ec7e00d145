"""Portability: what is right on one host, and not on another one or in another year."""
