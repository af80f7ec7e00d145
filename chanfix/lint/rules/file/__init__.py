"""The file itself: whether it can be read, and what stands in it for no one to see."""
