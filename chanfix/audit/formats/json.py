"""The formats ``json`` (``audit-v2``, ``schemas/audit-v2.schema.json``) and ``json-v1`` (``audit-v1``, frozen).

A key that is added to ``audit-v2`` must not appear in ``audit-v1``. Today both have the same keys.
"""

from __future__ import annotations

from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.reporters.json_text import as_json

__all__ = ["write_json", "write_json_v1"]


def write_json(audit: Audit, stream: TextIO) -> None:
    """Write an audit as ``audit-v2``: one document, a host at a time."""
    _write(audit, stream, "audit-v2")


def write_json_v1(audit: Audit, stream: TextIO) -> None:
    """Write an audit as ``audit-v1``."""
    _write(audit, stream, "audit-v1")


def _write(audit: Audit, stream: TextIO, version: str) -> None:
    tool = as_json({"name": "chanfix", "version": audit.tool_version})
    stream.write(f'{{"version": "{version}", "tool": {tool}, "time": {as_json(audit.time.isoformat())},\n"hosts": [')
    separator = "\n"
    for host in audit.hosts():
        stream.write(separator + as_json(host.to_json()))
        separator = ",\n"
    stream.write("\n]}\n")
