"""XML as bytes: where each element and attribute stands, and how to change it. Knows nothing of libvirt."""
