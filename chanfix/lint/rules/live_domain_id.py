"""The domain carries the id of a running domain.

What it does
    Reports an ``id`` attribute on ``<domain>``.
    In a record of libvirt's, as in a snapshot, it is right; so it is in the dump of a running domain (``--running``).

Why it matters
    libvirt numbers a domain at each start, and ignores the number on define. The file is ``virsh dumpxml`` of a running
    domain: generated paths, aliases and devices that were plugged in are in it too. ``virsh dumpxml --inactive`` gives
    the definition.

Fix
    Removes the attribute. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefParseXML``
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_attribute

__all__ = ["LiveDomainId"]


class LiveDomainId(Rule):
    """A number that holds until the next start."""

    name = "live-domain-id"
    summary = "the domain carries the id of a running domain"
    severity = Severity.INFO
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    about_live_state = True
    examples = (
        Bad(
            "<domain type='kvm' id='7'>\n  <name>web</name>\n</domain>\n",
            at="7",
            fixed="<domain type='kvm'>\n  <name>web</name>\n</domain>\n",
        ),
        Good("<domain type='kvm'>\n  <name>web</name>\n</domain>\n"),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield the domain when it has an id."""
        if (number := domain.node.get("id")) is not None:
            yield self.finding(
                f"the id '{number}' is that of a running domain; libvirt ignores it on define",
                At(domain.node, "id"),
                fix=self.fix("Remove the id", Safety.SAFE, remove_attribute(domain.node, "id")),
            )
