"""Two devices ask for one virtio-serial port.

What it does
    Reports a channel or virtio console whose address names the controller and port of another one; the bus makes no
    difference to libvirt.

Why it matters
    libvirt does not define the domain: ``XML error: virtio serial port 1 on controller 0 is already occupied``. Two
    consoles on port 0 pass, and then QEMU does not start: ``virtio-serial-bus: A port already exists at id 0``; newer
    versions than libvirt 11.3 give the second one a port of its own. It comes with snippets that pin a port, pasted
    into a domain that uses it already.

Fix
    Removes one ``<address>``: the agent channel's when it is one of the two, else the later one. libvirt then picks a
    free port. Safe: the document was broken, and a guest finds a port by its name.

References
    libvirt ``src/conf/domain_addr.c:virDomainVirtioSerialAddrReserve``;
    https://github.com/winapps-org/winapps/blob/main/docs/libvirt.md
"""

from chanfix.domain.versions import CONSOLES_APART
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Port, Rule, Safety, safe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import collisions


class VserialPortCollision(Rule):
    severity = ERROR
    about_targets = True
    refusals = (
        "virtio serial port * on controller * is already occupied",
        "A port already exists at id *",
    )
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='2'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.shell'/>
  <address type='virtio-serial' controller='0' bus='0' port='2'/>
</channel>
""",
            at="2",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.shell'/>
  <address type='virtio-serial' controller='0' bus='0' port='2'/>
</channel>
""",
        ),
        Bad(
            """\
<console type='pty'>
  <target type='virtio'/>
  <address type='virtio-serial' controller='0' bus='0' port='0'/>
</console>
<console type='pty'>
  <target type='virtio'/>
  <address type='virtio-serial' controller='0'/>
</console>
""",
            at="<address type='virtio-serial' controller='0'/>",
            fixed="""\
<console type='pty'>
  <target type='virtio'/>
  <address type='virtio-serial' controller='0' bus='0' port='0'/>
</console>
<console type='pty'>
  <target type='virtio'/>
</console>
""",
            version="11.3.0",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.other-controller'/>
  <address type='virtio-serial' controller='1' bus='0' port='1'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.any-port'/>
  <address type='virtio-serial' controller='0'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.any-port-too'/>
  <address type='virtio-serial' controller='0'/>
</channel>
"""
        ),
    )

    def ports(self, ports: list[Port], domain: Domain, facts: Facts) -> Drafts:
        for (controller, wanted), rivals in _by_place(ports).items():
            outcome = ""
            if wanted == 0:
                if CONSOLES_APART.holds(facts.version):
                    continue
                outcome = f"; libvirt {facts.version} does not start such a domain"
            # Sorting is stable: the agent's channel yields to the others, and a later device to an earlier one.
            ranked = sorted(rivals, key=lambda port: port.device.is_agent)
            for loser, keeper in collisions(ranked, lambda port: port.address.node):
                fix = safe("Remove the address, so that libvirt picks a free port", remove_element(loser.address.node))
                is_certain = keeper.device.node.is_there_with(loser.device.node)
                yield self.finding(
                    f"port {wanted} of virtio-serial controller {controller} is another device's already{outcome}",
                    At(loser.address.node, "port"),
                    At(keeper.address.node, "port", "the device that keeps the port"),
                    fix=fix if is_certain else fix._replace(safety=Safety.UNSAFE),
                )


def _by_place(ports: list[Port]) -> dict[tuple[int, int], list[Port]]:
    by_place: dict[tuple[int, int], list[Port]] = {}
    for port in ports:
        if port.controller is not None and port.number is not None:
            by_place.setdefault((port.controller, port.number), []).append(port)
    return by_place
