"""The format ``html``: one page that needs nothing else, from ``templates/report.html.j2``."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import TextIO

from chanfix import resources
from chanfix.audit.formats.about import Audit
from chanfix.audit.report import DomainAudit, HostAudit, Standing
from chanfix.audit.totals import Totals
from chanfix.domain.targets import targets_with
from chanfix.escape import for_terminal
from chanfix.lint.finding import Excerpt, Severity
from chanfix.own_templates import render_page

__all__ = ["write_html"]

# So many rows are laid out together, and only when they come into sight: a page of 20,000 opens at once.
_GROUP = 100
# Nobody has more; a report of others may say anything.
_VERSIONS = 100
_ORDER = (Standing.BAD, Standing.IDLE, Standing.GOOD)


@dataclass(frozen=True, slots=True)
class _Row:
    host: HostAudit
    domain: DomainAudit

    @property
    def severity(self) -> Severity | None:
        return max((finding.severity for finding in self.domain.findings), default=None)


def write_html(audit: Audit, stream: TextIO) -> None:
    """Write the page piece by piece. Whatever a host, a domain or a guest is called can do nothing in it."""
    totals = Totals.of(audit.hosts())
    names = sorted(
        totals.verdicts, key=lambda name: (_ORDER.index(totals.standings[name]), -totals.verdicts[name], name)
    )
    style, script = resources.read("templates/report.css"), resources.read("templates/report.js")
    values = {
        "totals": totals,
        "verdicts": [(name, totals.verdicts[name], totals.standings[name].value) for name in names],
        "severities": [(severity, totals.severities[severity]) for severity in reversed(Severity)],
        "refusals": list(totals.refusals),
        "asked": [
            (place.name, targets_with(place.asked.libvirt, place.asked.qemu))
            for place in totals.refusals
            if place.asked is not None
        ],
        "versions": _versions(totals),
        "failed": lambda: (host for host in audit.hosts() if host.error is not None),
        "groups": lambda: _groups(audit),
        "rules": [rule for rule in audit.rules if totals.rules[rule.name]],
        "known": {rule.name for rule in audit.rules},
        "time": audit.time,
        "version": audit.tool_version,
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "shown": for_terminal,
        "parts": _parts,
    }
    stream.writelines(render_page("report.html.j2", values))


def _versions(totals: Totals) -> list[tuple[str, tuple[str, ...], int]]:
    """Return the versions of the hosts, the targets that have the same, and the number of hosts; most hosts first."""
    return [
        (f"libvirt {libvirt} with QEMU {qemu}" if qemu else f"libvirt {libvirt}", targets_with(libvirt, qemu), number)
        for (libvirt, qemu), number in totals.versions.most_common(_VERSIONS)
    ]


def _groups(audit: Audit) -> Iterator[list[_Row]]:
    rows = (_Row(host, domain) for host in audit.hosts() for domain in host.domains)
    while group := list(islice(rows, _GROUP)):
        yield group


def _parts(excerpt: Excerpt) -> tuple[str, str, str]:
    """Split a line before, in and behind the place that a finding speaks of."""
    cuts = (slice(0, excerpt.start), slice(excerpt.start, excerpt.end), slice(excerpt.end, None))
    before, marked, after = (for_terminal(excerpt.text[cut], keep="\t") for cut in cuts)
    return before, marked, after


def _hash(text: str) -> str:
    """Return what a content security policy lets a text in by, and no other."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
