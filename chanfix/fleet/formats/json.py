"""The format ``json``: all of an audit, described by ``schemas/audit.schema.json``."""

from __future__ import annotations

import json
from typing import TextIO

from chanfix.fleet.formats.about import Audit

__all__ = ["write_json"]


def write_json(audit: Audit, stream: TextIO) -> None:
    """Write one document, a host at a time."""
    tool = json.dumps({"name": "chanfix", "version": audit.tool_version})
    stream.write(f'{{"version": "audit-v1", "tool": {tool}, "time": {json.dumps(audit.time.isoformat())},\n"hosts": [')
    separator = "\n"
    for host in audit.hosts():
        stream.write(separator + json.dumps(host.to_json()))
        separator = ",\n"
    stream.write("\n]}\n")
