"""Live state that is checked in: what libvirt writes while a domain runs."""
