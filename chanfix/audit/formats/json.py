"""The formats ``json`` (``audit-v2``, ``schemas/audit-v2.schema.json``) and ``json-v1`` (``audit-v1``, frozen).

A key that is added to ``audit-v2`` must not appear in ``audit-v1``, nor a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.audit.report import HostAudit
from chanfix.reporters.json_text import as_json

__all__ = ["write_json", "write_json_v1"]


# What audit-v2 says of a domain and audit-v1 does not.
_NEW = ("features", "addresses", "frozen_since")
_VERDICTS_V1 = {"frozen": "responding"}


def write_json(audit: Audit, stream: TextIO) -> None:
    """Write an audit as ``audit-v2``: one document, a host at a time."""
    _write(audit, stream, "audit-v2", HostAudit.to_json)


def write_json_v1(audit: Audit, stream: TextIO) -> None:
    """Write an audit as ``audit-v1``."""
    _write(audit, stream, "audit-v1", _without_news)


def _without_news(host: HostAudit) -> dict[str, object]:
    domains = []
    for domain in host.domains:
        known = {key: value for key, value in domain.to_json().items() if key not in _NEW}
        domains.append({**known, "verdict": _VERDICTS_V1.get(domain.verdict, domain.verdict)})
    return {**host.to_json(), "domains": domains}


def _write(audit: Audit, stream: TextIO, version: str, data_of: Callable[[HostAudit], dict[str, object]]) -> None:
    tool = as_json({"name": "chanfix", "version": audit.tool_version})
    stream.write(f'{{"version": "{version}", "tool": {tool}, "time": {as_json(audit.time.isoformat())},\n"hosts": [')
    separator = "\n"
    for host in audit.hosts():
        stream.write(separator + as_json(data_of(host)))
        separator = ",\n"
    stream.write("\n]}\n")
