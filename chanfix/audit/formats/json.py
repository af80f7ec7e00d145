"""The format ``json``: all of an audit, described by ``schemas/audit.schema.json``."""

from __future__ import annotations

from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.reporters.json_text import as_json

__all__ = ["write_json"]


def write_json(audit: Audit, stream: TextIO) -> None:
    """Write one document, a host at a time."""
    tool = as_json({"name": "chanfix", "version": audit.tool_version})
    stream.write(f'{{"version": "audit-v1", "tool": {tool}, "time": {as_json(audit.time.isoformat())},\n"hosts": [')
    separator = "\n"
    for host in audit.hosts():
        stream.write(separator + as_json(host.to_json()))
        separator = ",\n"
    stream.write("\n]}\n")
