"""The formats ``json`` (``audit-v2``, ``schemas/audit-v2.schema.json``) and ``json-v1`` (``audit-v1``, frozen).

A key that is added to ``audit-v2`` must not appear in ``audit-v1``, nor a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.audit.refusals import Place
from chanfix.audit.report import DomainAudit, HostAudit
from chanfix.audit.totals import Totals
from chanfix.reporters.json_text import as_json

__all__ = ["write_json", "write_json_v1"]


# What audit-v2 says of a host, a domain and a finding, and audit-v1 does not.
_NEW_OF_HOST = {"libvirt", "qemu", "targets", "asked"}
_NEW_OF_DOMAIN = {"features", "addresses", "frozen_since", "unasked"}
_NEW_OF_FINDING = {"url", "note", "targets", "refused"}
_VERDICTS_V1 = {"frozen": "responding"}


def write_json(audit: Audit, stream: TextIO) -> None:
    """Write an audit as ``audit-v2``: one document, a host at a time, and before them where domains are refused."""
    refusals = [_from_place(place) for place in Totals.of(audit.hosts()).refusals]
    _write(audit, stream, "audit-v2", f'"refusals": {as_json(refusals)},\n', HostAudit.to_json)


def write_json_v1(audit: Audit, stream: TextIO) -> None:
    """Write an audit as ``audit-v1``."""
    _write(audit, stream, "audit-v1", "", _host_v1)


def _from_place(place: Place) -> dict[str, object]:
    causes = [
        {
            "rule": cause.rule,
            "certain": cause.is_certain,
            "domains": cause.domains,
            "named": [{"host": host, "name": name} for host, name in cause.named],
        }
        for cause in place.causes
    ]
    return {
        "target": None if place.asked else place.name,
        "asked": place.asked._asdict() if place.asked else None,
        "judged": place.judged,
        "refused": place.refused,
        "doubtful": place.doubtful,
        "causes": causes,
    }


def _host_v1(host: HostAudit) -> dict[str, object]:
    return _without(_NEW_OF_HOST, host.to_json()) | {"domains": [_domain_v1(domain) for domain in host.domains]}


def _domain_v1(domain: DomainAudit) -> dict[str, object]:
    findings = [_without(_NEW_OF_FINDING, finding) for finding in domain.findings_as_json()]
    verdict = _VERDICTS_V1.get(domain.verdict, domain.verdict)
    return _without(_NEW_OF_DOMAIN, domain.to_json()) | {"verdict": verdict, "findings": findings}


def _without(keys: Set[str], value: Mapping[str, object]) -> dict[str, object]:
    return {key: each for key, each in value.items() if key not in keys}


def _write(
    audit: Audit, stream: TextIO, version: str, head: str, data_of: Callable[[HostAudit], dict[str, object]]
) -> None:
    tool = as_json({"name": "chanfix", "version": audit.tool_version})
    stream.write(
        f'{{"version": "{version}", "tool": {tool}, "time": {as_json(audit.time.isoformat())},\n{head}"hosts": ['
    )
    separator = "\n"
    for host in audit.hosts():
        stream.write(separator + as_json(data_of(host)))
        separator = ",\n"
    stream.write("\n]}\n")
