"""The only agent channel is inside a comment.

What it does
    Reports a comment that holds a target with the guest agent's name, in a domain that has no agent channel elsewhere.

Why it matters
    Who reads the file, or searches it for the name, believes that the agent works. libvirt never sees a comment, and
    agent calls fail with ``argument unsupported: QEMU guest agent is not configured``.

Fix
    None: take the channel out of the comment, or remove it. ``chanfix add`` adds a new one.

References
    libvirt ``src/qemu/qemu_domain.c:qemuFindAgentConfig``
"""

from chanfix.domain import strays
from chanfix.lint.rule import INFO, Bad, Domain, Drafts, Facts, Good, Rule


class AgentCommentedOut(Rule):
    severity = INFO
    refusals = ("QEMU guest agent is not configured",)
    only_if_text_has = (b"<!--",)
    examples = (
        Bad(
            """\
<console type='pty'/>
<!-- <channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel> -->
""",
            at="""\
<!-- <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel> -->""",
        ),
        Good(
            """\
<channel type='unix'>
  <!-- was: <target type='virtio' name='org.qemu.guest_agent.0'/> -->
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
"""
        ),
        Good(
            """\
<console type='pty'/>
<!-- no org.qemu.guest_agent.0 here: the guest has no agent -->
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        comments = strays.commented_channels(domain)
        if not comments or domain.meant_agents or domain.may_have_agent:
            return
        if not strays.commandline_ports(domain) and not strays.misplaced_channels(domain):
            yield self.finding("the only agent channel is inside this comment; libvirt does not see it", comments[0])
