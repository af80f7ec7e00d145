"""A libvirt host in our own words: domains, definitions, devices, and questions to agents."""
