"""The agent channel: that it is there once, and is one that libvirt and QEMU use."""
