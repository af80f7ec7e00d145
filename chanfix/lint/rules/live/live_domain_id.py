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

from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_attribute


class LiveDomainId(Rule):
    severity = INFO
    about_live_state = True
    only_if_text_has = (b"id",)
    examples = (
        Bad(
            "<domain type='kvm' id='7'>\n  <name>web</name>\n</domain>\n",
            at="7",
            fixed="<domain type='kvm'>\n  <name>web</name>\n</domain>\n",
        ),
        Good("<domain type='kvm'>\n  <name>web</name>\n</domain>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if (number := domain.node.get("id")) is not None:
            yield self.finding(
                f"the id '{number}' is that of a running domain; libvirt ignores it on define",
                At(domain.node, "id"),
                fix=safe("Remove the id", remove_attribute(domain.node, "id")),
            )
