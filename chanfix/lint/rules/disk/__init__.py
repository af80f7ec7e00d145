"""Disks: formats, names, caches, and media that are left in a drive."""
