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

from chanfix.domain import Channel, Controller, Domain, is_templated
from chanfix.lint.rule import AGENT_CHANNEL, INFO, At, Bad, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_element


class LiveAlias(Rule):
    severity = INFO
    about_live_state = True
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <alias name='channel0'/>
</channel>
""",
            at="channel0",
            fixed=AGENT_CHANNEL,
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

    def channel(self, channel: Channel | Controller, domain: Domain, facts: Facts) -> Drafts:
        for alias in channel.node.children("alias"):
            name = alias.get("name")
            if name and not name.startswith("ua-") and not is_templated(name):
                yield self.finding(
                    f"the alias '{name}' is generated; libvirt drops it, and keeps only one that starts with 'ua-'",
                    At(alias, "name"),
                    fix=safe("Remove the alias", remove_element(alias)),
                )

    controller = channel
