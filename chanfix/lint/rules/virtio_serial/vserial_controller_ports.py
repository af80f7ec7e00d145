"""A virtio-serial controller has a number of ports that cannot work.

What it does
    Reports a virtio-serial controller whose ``ports`` is 0, 1 or over 511. Port 0 is for consoles, so one port is none
    for a channel.

Why it matters
    libvirt takes any number. With 0 QEMU does not start: ``Maximum number of serial ports not specified``, and over 511
    neither: ``maximum ports supported: 511``. With 1, libvirt adds another controller for the channels in silence, and
    a device whose address names this one is refused: ``XML error: Unable to find a free port on virtio-serial
    controller 0``.

Fix
    Removes the attribute; the controller then has 31 ports. Unsafe: it is another device for the guest.

References
    libvirt ``src/conf/domain_addr.c:virDomainVirtioSerialAddrNextFromController``; QEMU
    ``hw/char/virtio-serial-bus.c:virtio_serial_device_realize``
"""

from chanfix.lint.rule import ERROR, At, Bad, Controller, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import remove_attribute

_FEWEST = 2
_MOST = 511


class VserialControllerPorts(Rule):
    severity = ERROR
    refusals = (
        "Unable to find a free port on virtio-serial controller *",
        "Maximum number of serial ports not specified",
        "maximum ports supported: *",
    )
    examples = (
        Bad(
            "<controller type='virtio-serial' index='0' ports='1'/>\n",
            at="1",
            fixed="<controller type='virtio-serial' index='0'/>\n",
        ),
        Bad(
            "<controller type='virtio-serial' index='0' ports='512'/>\n",
            at="512",
            fixed="<controller type='virtio-serial' index='0'/>\n",
        ),
        Good(
            """\
<controller type='virtio-serial' index='0' ports='2'/>
<controller type='virtio-serial' index='1' ports='511'/>
<controller type='virtio-serial' index='2'/>
<controller type='usb' index='0' ports='1'/>
"""
        ),
    )

    def controller(self, controller: Controller, domain: Domain, facts: Facts) -> Drafts:
        if controller.ports is None or _FEWEST <= controller.ports <= _MOST:
            return
        yield self.finding(
            f"a virtio-serial controller cannot do with {controller.ports} ports; "
            f"expected a number from {_FEWEST} to {_MOST}",
            At(controller.node, "ports"),
            fix=unsafe("Leave the number of ports to libvirt", remove_attribute(controller.node, "ports")),
        )
