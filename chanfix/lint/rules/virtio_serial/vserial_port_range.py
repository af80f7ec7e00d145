"""An address asks for a virtio-serial port that the controller does not have.

What it does
    Reports a channel or virtio console whose address names a port past the last one of its controller. A controller
    has as many ports as its ``ports`` says, and 31, numbered from 0 to 30, where it says nothing or is not declared.

Why it matters
    libvirt does not define the domain: ``XML error: virtio serial controller 0 does not have port 31``.

Fix
    Removes the ``<address>``; libvirt then picks a free port, and adds a controller when there is none. Safe: the
    document was broken, and a guest finds a port by its name.

References
    libvirt ``src/conf/domain_addr.c:virDomainVirtioSerialAddrReserve``
"""

from chanfix.domain.virtio_serial import capacity, controllers_by_index, has_unknown_controllers
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Domain, Drafts, Facts, Good, Port, Rule, safe
from chanfix.xml.edit import remove_element


class VserialPortRange(Rule):
    severity = ERROR
    refusals = ("virtio serial controller * does not have port *",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='31'/>
</channel>
""",
            at="31",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<controller type='virtio-serial' index='0' ports='4'/>
<console type='pty'>
  <target type='virtio'/>
  <address type='virtio-serial' controller='0' bus='0' port='4'/>
</console>
""",
            at="4",
            fixed="""\
<controller type='virtio-serial' index='0' ports='4'/>
<console type='pty'>
  <target type='virtio'/>
</console>
""",
        ),
        Good(
            """\
<controller type='virtio-serial' ports='64'/>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='63'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.shell'/>
  <address type='virtio-serial' controller='1' bus='0' port='30'/>
</channel>
"""
        ),
    )

    def ports(self, ports: list[Port], domain: Domain, facts: Facts) -> Drafts:
        controllers = controllers_by_index(domain)
        for port in ports:
            if port.controller is None or port.number is None:
                continue
            controller = controllers.get(port.controller)
            if controller is None and has_unknown_controllers(domain):
                continue
            if controller is not None and not controller.node.is_there_with(port.device.node):
                continue
            has = capacity(controller)
            if has is None or port.number < has:
                continue
            yield self.finding(
                f"virtio-serial controller {port.controller} has {has} ports, numbered from 0; there is no port "
                f"{port.number}",
                At(port.address.node, "port"),
                fix=safe("Remove the address, so that libvirt picks a free port", remove_element(port.address.node)),
            )
