"""The memory of a guest: how much there is, and who may share it."""
