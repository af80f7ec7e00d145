"""What libvirt refuses and no rule of its own reports: ``schemas/refused.txt``, read and held against domains."""
