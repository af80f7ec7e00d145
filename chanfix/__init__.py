"""chanfix puts the QEMU guest agent's channel right in libvirt domain XML, and keeps it right."""

__all__ = ["__version__"]

__version__ = "0.1.0"
