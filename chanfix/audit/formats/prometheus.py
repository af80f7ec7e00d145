"""The format ``prometheus``: metrics for node_exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.escape import for_terminal
from chanfix.lint.finding import Severity

__all__ = ["write_prometheus"]

_Samples = Iterator[tuple[dict[str, str], int]]


def write_prometheus(audit: Audit, stream: TextIO) -> None:
    """Write the text format 0.0.4. Samples of a metric stand together, so the hosts are gone through for each."""
    _metric(stream, "host_up", "Whether all of the host could be audited.", _hosts(audit))
    _metric(stream, "domain_agent_verdict", "The verdict on the domain's guest agent, always 1.", _verdicts(audit))
    _metric(stream, "domain_findings", "Misconfigurations of the agent's channel, by severity.", _findings(audit))
    _metric(stream, "agent_feature", "Whether a feature of the domain's guest agent works.", _features(audit))
    _metric(stream, "domain_guest_frozen", "A guest whose file systems are frozen, always 1.", _frozen(audit))
    when = int(audit.time.timestamp())
    _metric(stream, "audit_timestamp_seconds", "When the audit ended, in Unix time.", iter([({}, when)]))


def _hosts(audit: Audit) -> _Samples:
    for host in audit.hosts():
        yield {"host": host.name}, int(host.error is None)


def _verdicts(audit: Audit) -> _Samples:
    for host in audit.hosts():
        for domain in host.domains:
            yield {"host": host.name, "domain": domain.name, "uuid": domain.uuid, "verdict": domain.verdict}, 1


def _findings(audit: Audit) -> _Samples:
    for host in audit.hosts():
        for domain in host.domains:
            names = {"host": host.name, "domain": domain.name, "uuid": domain.uuid}
            for severity in Severity:
                if number := domain.count(severity):
                    yield names | {"severity": str(severity)}, number


def _features(audit: Audit) -> _Samples:
    for host in audit.hosts():
        for domain in host.domains:
            names = {"host": host.name, "domain": domain.name, "uuid": domain.uuid}
            for feature in domain.features:
                if feature.works is not None:
                    yield names | {"feature": feature.name}, int(feature.works)


def _frozen(audit: Audit) -> _Samples:
    for host in audit.hosts():
        for domain in host.domains:
            if domain.frozen_since is not None:
                yield {"host": host.name, "domain": domain.name, "uuid": domain.uuid}, 1


def _metric(stream: TextIO, name: str, help_text: str, samples: _Samples) -> None:
    stream.write(f"# HELP chanfix_{name} {help_text}\n# TYPE chanfix_{name} gauge\n")
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        stream.write(f"chanfix_{name}{{{inside}}} {value}\n" if inside else f"chanfix_{name} {value}\n")


def _escaped(text: str) -> str:
    return for_terminal(text).replace("\\", "\\\\").replace('"', '\\"')
