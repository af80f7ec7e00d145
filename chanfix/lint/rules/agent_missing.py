"""The domain has no agent channel.

What it does
    Reports a QEMU or KVM domain in which no channel is, or was meant to be, a guest agent's. Off by default: most
    domains have none, and many are not meant to.

Why it matters
    Every agent call of libvirt (``virsh shutdown --mode agent``, ``virsh domifaddr --source agent``, quiesced
    snapshots, setting the guest's time) fails with ``argument unsupported: QEMU guest agent is not configured``.

Fix
    Inserts the channel that ``chanfix add`` would, in the same place. Unsafe: the guest gets a new device.

References
    https://wiki.libvirt.org/Qemu_guest_agent.html;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/605
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from chanfix.domain import AGENT_NAME, Domain
from chanfix.domain.placement import insert_channel
from chanfix.domain.strays import has_strays
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Node, Rule, Safety

__all__ = ["AgentMissing"]


class AgentMissing(Rule):
    """A QEMU domain without an agent channel."""

    name = "agent-missing"
    summary = "the domain has no agent channel"
    severity = Severity.INFO
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    on_by_default = False
    examples = (
        Bad(
            """\
<console type="pty"/>
<memballoon model="virtio"/>
""",
            at="<devices>",
            fixed="""\
<console type="pty"/>
<channel type="unix">
  <target type="virtio" name="org.qemu.guest_agent.0"/>
</channel>
<memballoon model="virtio"/>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
"""
        ),
        Good(
            """\
<console type='pty'/>
<!-- <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel> -->
"""
        ),
        Good("<domain type='lxc'><devices/></domain>"),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield the domain's devices when no agent's channel is among them, nor anywhere else in the text."""
        if not _is_qemu(domain, facts) or domain.meant_agents or has_strays(domain) or domain.may_have_agent:
            return
        yield self.finding(
            f"the domain has no channel '{AGENT_NAME}': libvirt's agent calls will say "
            "'QEMU guest agent is not configured'",
            At(domain.node.child("devices") or domain.node),
            fix=self.fix("Add the agent channel", Safety.UNSAFE, *insert_channel(domain, _agent_channel())),
        )


def _is_qemu(domain: Domain, facts: Facts) -> bool:
    # Whether bhyve makes a path for a channel without one is not known, so that none could be added.
    return domain.talks_to_agent(facts.version) and not domain.is_of_other_driver


@cache
def _agent_channel() -> Node:
    # Off by default: most runs need nothing rendered.
    from chanfix.domain.element import render_channel

    return render_channel(AGENT_NAME)
