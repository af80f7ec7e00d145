"""A virtio-serial controller has nothing on it.

What it does
    Reports a virtio-serial controller that no channel and no virtio console sits on. Devices without an address are
    taken to sit on controller 0, where libvirt puts them while there is room. Off by default: virt-manager writes one
    into every domain.

Why it matters
    It is harmless and takes a PCI slot. A controller can also stand ready on purpose: a channel can be plugged into a
    running domain only when there is one already.

Fix
    None: it works.

References
    libvirt ``src/conf/domain_addr.c:virDomainVirtioSerialAddrNext``
"""

from chanfix.domain import virtio_serial
from chanfix.lint.rule import INFO, At, Bad, Controller, Domain, Drafts, Facts, Good, Rule


class VserialControllerUnused(Rule):
    severity = INFO
    on_by_default = False
    examples = (
        Bad("<controller type='virtio-serial' index='0'/>\n", at="<controller type='virtio-serial' index='0'/>"),
        Bad(
            """\
<controller type='virtio-serial' index='0'/>
<controller type='virtio-serial' index='1'/>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<controller type='virtio-serial' index='1'/>",
        ),
        Good(
            """\
<controller type='virtio-serial' index='1'/>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='1' bus='0' port='1'/>
</channel>
"""
        ),
    )

    def controllers(self, controllers: list[Controller], domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver or virtio_serial.has_unknown_ports(domain):
            return
        ports = virtio_serial.ports_asked_for(domain)
        used = {port.controller for port in ports}
        if len(ports) < len(virtio_serial.virtio_devices(domain)):
            used.add(0)
        for index, controller in virtio_serial.controllers_by_index(domain).items():
            if index not in used:
                yield self.finding(f"nothing is on virtio-serial controller {index}", At(controller.node))
