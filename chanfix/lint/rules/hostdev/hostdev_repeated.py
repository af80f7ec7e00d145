"""A device of the host is given to the guest twice.

What it does
    Reports a ``<hostdev>``, or an ``<interface type='hostdev'>``, of a QEMU domain with the PCI address, the USB
    device, the SCSI device or the mediated device of an earlier one. In a template two count when they are known to be
    there together.

Why it matters
    libvirt does not define the domain: ``Hostdev already exists in the domain configuration``; 7.0 did. Two USB sticks
    of one vendor and product are told apart by their place: ``<address bus='1' device='2'/>`` in the ``<source>``.

Fix
    Removes the later one. Safe where both say the same, but for the guest's address and the alias; else unsafe. None
    where text stands between the two, or one has an attribute of another namespace: it may be a directive of a
    template.

References
    libvirt ``src/conf/domain_validate.c:virDomainDefValidateInternal``,
    ``src/conf/domain_conf.c:virDomainHostdevMatch``
"""

from chanfix.domain.host_sources import host_sources
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, Version, safe, unsafe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import doubles, may_be_apart

_TITLE = "Remove the other device"


class HostdevRepeated(Rule):
    severity = ERROR
    refusals = ("Hostdev already exists in the domain configuration",)
    libvirt_since = Version(9)
    since = "0.2.0"
    only_if_text_has = (b"hostdev",)
    examples = (
        Bad(
            """\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
""",
            at="<hostdev mode='subsystem' type='pci' managed='yes'>",
            fixed="""\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
""",
        ),
        Bad(
            """\
<hostdev mode='subsystem' type='usb'>
  <source>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
</hostdev>
<hostdev mode='subsystem' type='usb'>
  <source startupPolicy='optional'>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
  <boot order='1'/>
</hostdev>
""",
            at="<hostdev mode='subsystem' type='usb'>",
            fixed="""\
<hostdev mode='subsystem' type='usb'>
  <source>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
</hostdev>
""",
        ),
        Good(
            """\
<hostdev mode='subsystem' type='usb'>
  <source>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
    <address bus='1' device='2'/>
  </source>
</hostdev>
<hostdev mode='subsystem' type='usb'>
  <source>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
    <address bus='1' device='3'/>
  </source>
</hostdev>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        by_source: dict[object, list[Node]] = {}
        for source, device in host_sources(domain) if domain.is_qemu else ():
            by_source.setdefault(source, []).append(device)
        for alike in by_source.values():
            for device, first in doubles(alike, lambda node: node):
                fix = (safe if _said(device) == _said(first) else unsafe)(_TITLE, remove_element(device))
                yield self.finding(
                    "this device of the host is given to the guest already",
                    At(device),
                    At(first, label="the device that stays"),
                    fix=None if may_be_apart(device, first) else fix,
                )


def _said(node: Node, is_device: bool = True) -> object:
    """Return what an element says, but for what libvirt gives a device of its own."""
    own = ("address", "alias") if is_device else ()
    children = [_said(child, is_device=False) for child in node.children() if child.tag not in own]
    return node.tag, node.attributes, children, "" if children else node.text.strip()
