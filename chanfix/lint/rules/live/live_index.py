"""A number or an id of a running domain is in the file.

What it does
    Reports ``index`` on the ``<source>`` and ``<backingStore>`` of a disk, ``portid`` on the ``<source>`` of an
    interface, and a ``<resource>`` that holds nothing but the partition ``/machine``. In a record of libvirt's, as in
    a snapshot, they are right; so they are in the dump of a running domain (``--running``).

Why it matters
    libvirt gives them out at each start and drops the first two on define; ``/machine`` is the partition of
    a domain that names none. They hide the real differences between two dumps of a domain.

Fix
    Removes them. Safe: libvirt needs none of them.

References
    libvirt ``src/conf/domain_conf.c:virDomainDiskSourceFormat``, ``virDomainNetDefParseXML``,
    ``src/qemu/qemu_cgroup.c``
"""

from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, is_templated, safe
from chanfix.xml.edit import remove_attribute, remove_element


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

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        for node in disk.descendants("source", "backingStore"):
            yield from self._attribute(node, "index", domain)

    def interface(self, interface: Node, domain: Domain, facts: Facts) -> Drafts:
        for node in interface.children("source"):
            yield from self._attribute(node, "portid", domain)

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        resource = domain.node.child("resource") if b"<resource" in domain.document.markup else None
        children = resource.children() if resource is not None else []
        if resource is None or [child.tag for child in children] != ["partition"] or domain.is_of_other_driver:
            return
        if children[0].text.strip() == "/machine":
            yield self.finding(
                "the partition '/machine' is that of a running domain; libvirt uses it where none is written",
                At(resource),
                fix=safe("Leave the partition to libvirt", remove_element(resource)),
            )

    def _attribute(self, node: Node, name: str, domain: Domain) -> Drafts:
        value = node.get(name)
        if value is not None and not is_templated(value) and not domain.is_of_other_driver:
            yield self.finding(
                f"the {name} '{value}' is that of a running domain; libvirt drops it on define",
                At(node, name),
                fix=safe(f"Remove the {name}", remove_attribute(node, name)),
            )
