"""An address names a virtio-serial controller that is not declared.

What it does
    Reports a channel or virtio console whose address names a controller that the domain does not have. Off by default:
    most files leave the controller out on purpose.

Why it matters
    It is no error: libvirt adds the controller, and keeps it from then on. Someone who compares the file with the
    defined domain sees a device that nobody wrote.

Fix
    None: it works.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefMaybeAddVirtioSerialController``
"""

from chanfix.domain.virtio_serial import controllers_by_index, has_unknown_controllers
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Port, Rule


class VserialControllerMissing(Rule):
    severity = INFO
    on_by_default = False
    examples = (
        Bad(
            """\
<controller type='virtio-serial' index='0'/>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='1' bus='0' port='1'/>
</channel>
""",
            at="1",
        ),
        Good(
            """\
<controller type='virtio-serial'/>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
"""
        ),
    )

    def ports(self, ports: list[Port], domain: Domain, facts: Facts) -> Drafts:
        if has_unknown_controllers(domain):
            return
        declared = controllers_by_index(domain)
        for port in ports:
            if port.controller is not None and port.controller not in declared:
                yield self.finding(
                    f"virtio-serial controller {port.controller} is not declared; libvirt adds it",
                    At(port.address.node, "controller"),
                )
