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

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.virtio_serial import controllers_by_index, has_unknown_controllers, ports_asked_for
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule

__all__ = ["VserialControllerMissing"]


class VserialControllerMissing(Rule):
    """A controller that libvirt will add."""

    name = "vserial-controller-missing"
    summary = "an address names a virtio-serial controller that is not declared"
    severity = Severity.INFO
    fixable = Fixable.NEVER
    since = "0.1.0"
    devices = ("channel", "virtio-console")
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

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield addresses with a controller that is not there."""
        if has_unknown_controllers(domain):
            return
        declared = controllers_by_index(domain)
        for port in ports_asked_for(domain):
            if port.controller is not None and port.controller not in declared:
                yield self.finding(
                    f"virtio-serial controller {port.controller} is not declared; libvirt adds it",
                    At(port.address.node, "controller"),
                )
