"""A channel's target carries the state of a running domain.

What it does
    Reports a ``state`` attribute on the ``<target>`` of a channel.
    In a record of libvirt's, as in a snapshot, it is right; so it is in the dump of a running domain (``--running``).

Why it matters
    libvirt writes the attribute when the domain runs (``connected``: someone in the guest has the port open) and
    ignores it on define, whatever it says: nothing is connected by it. The file was dumped from a running domain; what
    else is live in it may do harm.

Fix
    Removes the attribute. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrDefParseTargetXML``; https://github.com/apache/cloudstack/pull/985
"""

from chanfix.lint.rule import AGENT_CHANNEL, WARNING, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_attribute


class LiveChannelState(Rule):
    severity = WARNING
    about_live_state = True
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
</channel>
""",
            at="connected",
            fixed=AGENT_CHANNEL,
        ),
        Good(AGENT_CHANNEL),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        for target in channel.targets:
            if (state := target.get("state")) is not None:
                yield self.finding(
                    f"the state '{state}' is that of a running domain; libvirt ignores it on define",
                    At(target, "state"),
                    fix=safe("Remove the state", remove_attribute(target, "state")),
                )
