"""What libvirt knows: documents held against its schemas."""
