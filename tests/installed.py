"""What is installed on the machine that runs the tests."""

from pathlib import Path

SCHEMA_DIR = "/usr/share/libvirt/schemas"
SCHEMA = f"{SCHEMA_DIR}/domain.rng" if Path(SCHEMA_DIR, "domain.rng").is_file() else None
