"""The boot order is written in two ways.

What it does
    Reports a ``<boot dev>`` in the ``<os>`` of a QEMU domain that has a device with ``<boot order>``. In a template
    both count when they are known to be there together.

Why it matters
    libvirt does not define the domain: ``per-device boot elements cannot be used together with os/boot elements``. It
    comes of adding an order to a domain that has the older way already.

Fix
    Removes the ``<boot>`` elements of the ``<os>``. Unsafe: what they say of kinds of devices is lost.

References
    libvirt ``src/conf/domain_postparse.c:virDomainDefBootPostParse``;
    https://libvirt.org/formatdomain.html#bios-bootloader
"""

from chanfix.domain.boot_order import boot_elements
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import partners


class BootMixed(Rule):
    severity = ERROR
    refusals = ("per-device boot elements cannot be used together with os* elements",)
    since = "0.2.0"
    only_if_text_has = (b"order",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <boot dev='hd'/>
    <boot dev='network'/>
  </os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/srv/images/web.qcow2'/>
      <target dev='vda' bus='virtio'/>
      <boot order='1'/>
    </disk>
  </devices>
</domain>
""",
            at="<boot dev='hd'/>",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/srv/images/web.qcow2'/>
      <target dev='vda' bus='virtio'/>
      <boot order='1'/>
    </disk>
  </devices>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <bootmenu enable='yes'/>
  </os>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <boot order='1'/>
    </interface>
  </devices>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        system = domain.node.child("os")
        kinds = system.children("boot") if system is not None and domain.is_qemu else []
        for kind, order in partners(kinds, boot_elements(domain) if kinds else []):
            alike = [other for other in kinds if other.arms == kind.arms]
            yield self.finding(
                "devices have a boot order too; libvirt refuses both together",
                At(kind),
                At(order, label="the order of a device"),
                fix=unsafe("Remove the boot devices of the <os>", *map(remove_element, alike)),
            )
            return
