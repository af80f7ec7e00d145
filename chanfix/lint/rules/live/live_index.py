"""A number or an id of a running domain is in the file.

What it does
    Reports ``index`` on the ``<source>`` and ``<backingStore>`` of a disk, ``portid`` on the ``<source>`` of an
    interface, and a ``<resource>`` that holds nothing but the partition ``/machine``: all of them once, in a template
    once for each block. In a record of libvirt's, as in a snapshot, they are right; so they are in the dump of a
    running domain (``--running``).

Why it matters
    libvirt gives them out at each start and drops the first two on define; ``/machine`` is the partition of a domain
    that names none. They hide the real differences between two dumps of a domain.

Fix
    Removes them. Safe: libvirt needs none of them.

References
    libvirt ``src/conf/domain_conf.c:virDomainDiskSourceFormat``, ``virDomainNetDefParseXML``,
    ``src/qemu/qemu_cgroup.c``
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Edit, Facts, Good, Node, Rule, and_more, is_templated, safe
from chanfix.named_tuple import NamedTuple
from chanfix.xml.edit import remove_attribute, remove_element
from chanfix.xml.together import by_block


class _Written(NamedTuple):
    """An attribute, or without one an element, that is of a running domain."""

    node: Node
    attribute: str | None

    @property
    def name(self) -> str:
        """The value in a sentence."""
        return (
            f"the {self.attribute} '{self.node.get(self.attribute)}'" if self.attribute else "the partition '/machine'"
        )

    def removed(self) -> Edit:
        """Return the edit that takes it away."""
        return remove_attribute(self.node, self.attribute) if self.attribute else remove_element(self.node)


class LiveIndex(Rule):
    severity = INFO
    since = "0.2.0"
    about_live_state = True
    only_if_text_has = (b"index", b"portid", b"resource")
    examples = (
        Bad(
            """\
<disk type='file'>
  <source file='/var/lib/libvirt/images/web.qcow2' index='2'/>
  <target dev='vda'/>
</disk>
""",
            at="2",
            fixed="""\
<disk type='file'>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda'/>
</disk>
""",
        ),
        Bad(
            """\
<interface type='network'>
  <source network='default' portid='0f3b0c1e-7a52-4a36-9d5e-1c1c7f1b2a3d'/>
</interface>
""",
            at="0f3b0c1e-7a52-4a36-9d5e-1c1c7f1b2a3d",
            fixed="""\
<interface type='network'>
  <source network='default'/>
</interface>
""",
        ),
        Good("<controller type='usb' index='0'/>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver:
            return
        for first, *others in by_block(_written(domain), lambda written: written.node):
            title, what = "Leave the partition to libvirt", "libvirt uses it where none is written"
            if first.attribute:
                title, what = f"Remove the {first.attribute}", "libvirt drops it on define"
            sentence = f"{first.name} is that of a running domain; {what}"
            if others:
                title = "Remove the values of a running domain"
                sentence = f"{and_more(first.name, others)} are those of a running domain; libvirt needs none of them"
            at = At(first.node, first.attribute)
            related = [At(other.node, other.attribute, other.name) for other in others]
            yield self.finding(sentence, at, *related, fix=safe(title, *(each.removed() for each in (first, *others))))


def _written(domain: Domain) -> Iterator[_Written]:
    resource = domain.node.child("resource") if b"<resource" in domain.document.markup else None
    children = resource.children() if resource is not None else []
    if resource is not None and [(child.tag, child.text.strip()) for child in children] == [("partition", "/machine")]:
        yield _Written(resource, None)
    sources = [node for disk in domain.devices_of("disk") for node in disk.descendants("source", "backingStore")]
    ports = [node for interface in domain.devices_of("interface") for node in interface.children("source")]
    for attribute, nodes in (("index", sources), ("portid", ports)):
        for node in nodes:
            if node.get(attribute) is not None and not is_templated(node.get(attribute)):
                yield _Written(node, attribute)
