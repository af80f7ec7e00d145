"""Only a detached agent channel is there, and no other.

What it does
    Reports a channel that is called ``org.qemu.guest_agent.N`` with N of 1 or more, or was meant to be, in a domain
    where none is or was meant to be called ``org.qemu.guest_agent.0``.

Why it matters
    libvirt talks to the channel with the number 0 and to no other. That leaves a detached one to a program of its own,
    and makes every agent call of libvirt (shutdown by agent, addresses, quiesced snapshots, time) fail with
    ``argument unsupported: QEMU guest agent is not configured``. An agent as distributions install it opens the port
    with the number 0: in the guest, another has to be set, and ``chanfix guest-config`` shows how.

Fix
    None: a detached agent is mostly on purpose. ``chanfix attach-libvirt`` gives it back to libvirt.

References
    libvirt ``src/qemu/qemu_domain.c:qemuFindAgentConfig``; qemu-ga(8)
"""

from chanfix.lint.rule import AGENT_NAME, INFO, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule


class AgentDetached(Rule):
    severity = INFO
    refusals = ("QEMU guest agent is not configured",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.2'/>
</channel>
""",
            at="org.qemu.guest_agent.1",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        names = [name for _, name in domain.meant_agents]
        if domain.is_of_other_driver or domain.may_have_agent or not names or AGENT_NAME in names:
            return
        targets = [channel.targets[0] for channel, _ in domain.meant_agents]
        name = names[0]
        yield self.finding(
            f"libvirt leaves the agent channel '{name}' alone and has no '{AGENT_NAME}' for its own agent calls; start "
            f"the guest's agent with '-p /dev/virtio-ports/{name}', or give the channel back with "
            "'chanfix attach-libvirt'",
            At(targets[0], "name"),
            *(At(target, "name", "detached too") for target in targets[1:]),
        )
