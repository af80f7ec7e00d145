"""A channel has no target, or more than one.

What it does
    Reports a channel without ``<target>``, and every ``<target>`` of a channel behind its first.

Why it matters
    Without one, define fails: ``XML error: target type must be specified for channel device``. Of several, libvirt
    takes the first and drops the others without a word: an agent's name on the second is no agent's channel, and agent
    calls fail with ``argument unsupported: QEMU guest agent is not configured``. A further target that does not name
    the agent is reported as a warning.

Fix
    None: which port was wanted is not known.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrDefParseXML``; libvirt 9.0 gives back the first of two targets
"""

from chanfix.domain import AGENT_NAME, Channel, Domain
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, WARNING, At, Bad, Drafts, Facts, Good, Part, Rule


class AgentTargetMissing(Rule):
    severity = ERROR
    refusals = (
        "target type must be specified for channel device",
        "QEMU guest agent is not configured",
    )
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind'/>
</channel>
""",
            at="<channel type='unix'>",
        ),
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='com.example.shell'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<target type='virtio' name='org.qemu.guest_agent.0'/>",
        ),
        Good(AGENT_CHANNEL),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        if channel.target is None:
            if not channel.node.has_unknown_children:
                yield self.finding("the channel has no <target>; libvirt refuses it", At(channel.node))
            return
        for target in channel.targets[1:]:
            if not channel.target.is_there_with(target):
                continue
            hides_agent = target.get("name") == AGENT_NAME and channel.name != AGENT_NAME
            yield self.finding(
                "the channel has more than one <target>; libvirt drops all but the first",
                At(target, part=Part.ELEMENT),
                At(channel.target, part=Part.ELEMENT, label="the target that counts"),
                severity=None if hides_agent else WARNING,
            )
