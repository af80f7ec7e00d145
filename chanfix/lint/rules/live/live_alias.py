"""A device carries a generated alias.

What it does
    Reports an ``<alias>`` that does not start with ``ua-`` on a device: once for all devices of a domain, and once
    more for those in each block of a template. In a record of libvirt's, as in a snapshot, it is right; so it is in
    the dump of a running domain (``--running``).

Why it matters
    libvirt makes such an alias at each start and drops it on define without a word: only a user's own, starting with
    ``ua-``, is kept. It hides the real differences between two dumps of a domain.

Fix
    Removes the ``<alias>`` of each device. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainDeviceInfoParseXML``; https://libvirt.org/formatdomain.html#devices,
    "alias"
"""

from chanfix.domain import Domain, is_templated
from chanfix.lint.rule import AGENT_CHANNEL, INFO, At, Bad, Drafts, Facts, Good, Node, Rule, and_more, safe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import nodes_by_block


class LiveAlias(Rule):
    severity = INFO
    about_live_state = True
    only_if_text_has = (b"alias",)
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
<memballoon model='virtio'>
  <alias name='balloon0'/>
</memballoon>
""",
            at="virtio-serial0",
            fixed="""\
<controller type='virtio-serial' index='0'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</controller>
<memballoon model='virtio'>
</memballoon>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <alias name='ua-agent'/>
</channel>
<controller type='usb' index='0'>
  <alias name='ua-usb'/>
</controller>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        aliases = (alias for device in domain.devices for alias in device.children("alias"))
        for first, *others in nodes_by_block(filter(_is_generated, aliases)):
            what, title = "is generated; libvirt drops it, and keeps only one that starts", "Remove the alias"
            if others:
                what = "are generated; libvirt drops them, and keeps only those that start"
                title = "Remove the generated aliases"
            names = and_more(f"the alias '{first.get('name')}'", others)
            yield self.finding(
                f"{names} {what} with 'ua-'",
                At(first, "name"),
                fix=safe(title, *map(remove_element, (first, *others))),
            )


def _is_generated(alias: Node) -> bool:
    name = alias.get("name") or "ua-"
    return not name.startswith("ua-") and not is_templated(name)
