"""A channel or its controller carries a generated alias.

What it does
    Reports an ``<alias>`` that does not start with ``ua-`` on a channel or a virtio-serial controller.
    In a record of libvirt's, as in a snapshot, it is right; so it is in the dump of a running domain (``--running``).

Why it matters
    libvirt makes such an alias at each start and drops it on define without a word: only a user's own, starting with
    ``ua-``, is kept. It hides the real differences between two dumps of a domain.

Fix
    Removes the ``<alias>``. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainDeviceInfoParseXML``;
    https://libvirt.org/formatdomain.html#devices, "alias"
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain, is_templated
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_element

__all__ = ["LiveAlias"]


class LiveAlias(Rule):
    """An alias that libvirt made."""

    name = "live-alias"
    summary = "a channel or its controller carries a generated alias"
    severity = Severity.INFO
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    about_live_state = True
    devices = ("channel", "controller")
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <alias name='channel0'/>
</channel>
""",
            at="channel0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<controller type='virtio-serial' index='0'>
  <alias name='virtio-serial0'/>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</controller>
""",
            at="virtio-serial0",
            fixed="""\
<controller type='virtio-serial' index='0'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</controller>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <alias name='ua-agent'/>
</channel>
<controller type='usb' index='0'>
  <alias name='usb'/>
</controller>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield aliases that libvirt would drop."""
        nodes = [channel.node for channel in domain.channels]
        nodes += [controller.node for controller in domain.virtio_serial_controllers]
        for node in nodes:
            for alias in node.children("alias"):
                name = alias.get("name")
                if name and not name.startswith("ua-") and not is_templated(name):
                    yield self.finding(
                        f"the alias '{name}' is generated; libvirt drops it, and keeps only one that starts with 'ua-'",
                        At(alias, "name"),
                        fix=self.fix("Remove the alias", Safety.SAFE, remove_element(alias)),
                    )
