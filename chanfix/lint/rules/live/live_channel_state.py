"""A channel's target carries the state of a running domain.

What it does
    Reports a ``state`` attribute on the ``<target>`` of channels: once for a domain, in a template once for each block.
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

from collections.abc import Sequence

from chanfix.lint.rule import (
    AGENT_CHANNEL,
    WARNING,
    At,
    Bad,
    Channel,
    Domain,
    Drafts,
    Facts,
    Good,
    Rule,
    and_more,
    safe,
)
from chanfix.xml.edit import remove_attribute
from chanfix.xml.together import nodes_by_block


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

    def channels(self, channels: Sequence[Channel], domain: Domain, facts: Facts) -> Drafts:
        found = (target for channel in channels for target in channel.targets if target.get("state") is not None)
        for first, *others in nodes_by_block(found):
            state = f"the state '{first.get('state')}'"
            sentence = f"{state} is that of a running domain; libvirt ignores it on define"
            if others:
                sentence = f"{and_more(state, others)} are those of a running domain; libvirt ignores them on define"
            yield self.finding(
                sentence,
                At(first, "state"),
                *(At(other, "state") for other in others),
                fix=safe("Remove the state", *(remove_attribute(target, "state") for target in (first, *others))),
            )
