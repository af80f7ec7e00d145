"""What a domain hands to QEMU itself."""
