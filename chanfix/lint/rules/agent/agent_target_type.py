"""The agent channel's target is not virtio.

What it does
    Reports a channel of a QEMU domain that has the guest agent's name and a target without a type, or of another one
    than ``virtio``.

Why it matters
    libvirt looks for the agent on virtio targets only. A target without a type, or of an unknown one, is refused:
    ``unsupported configuration: unknown target type 'vsock' specified for character device``. ``guestfwd`` drops the
    name. ``xen`` defines, and then the start fails with nothing more than ``Unable to unlink (null): Bad address``.

Fix
    Sets the type to ``virtio``, and drops the ``address`` and ``port`` of a ``guestfwd`` target. Unsafe: the guest gets
    another device. There is no fix while another channel is the agent's: QEMU refuses two.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrDefParseTargetXML``, ``src/qemu/qemu_domain.c:qemuFindAgentConfig``
"""

from chanfix.lint.rule import AGENT_NAME, ERROR, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import remove_attribute, set_attribute


class AgentTargetType(Rule):
    severity = ERROR
    refusals = (
        "unknown target type '*' specified for character device",
        "Unable to unlink (null)",
    )
    about_targets = True
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<target name='org.qemu.guest_agent.0'/>",
            fixed="""\
<channel type='unix'>
  <target name='org.qemu.guest_agent.0' type='virtio'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/run/agent.sock'/>
  <target type='guestfwd' address='10.0.2.1' port='4600' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="guestfwd",
            fixed="""\
<channel type='unix'>
  <source mode='bind' path='/run/agent.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <target type='xen' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="xen",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <source mode='bind' path='/run/print.sock'/>
  <target type='guestfwd' address='10.0.2.1' port='4600'/>
</channel>
"""
        ),
        Good(
            """\
<domain type='xen'>
  <devices>
    <channel type='unix'>
      <target type='xen' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        target = channel.target
        if target is None or channel.is_virtio or channel.name != AGENT_NAME:
            return
        if not domain.talks_to_agent(facts.version):
            return
        what = "no type" if channel.target_type is None else f"the type '{channel.target_type}'"
        forwarding = [name for name in ("address", "port") if target.get(name) is not None]
        fix = unsafe(
            "Make the target a virtio port",
            set_attribute(target, "type", "virtio"),
            *(remove_attribute(target, name) for name in forwarding),
        )
        yield self.finding(
            f"the agent channel's target has {what}; libvirt looks for an agent on 'virtio' only",
            At(target, "type"),
            fix=fix if domain.can_name(channel, AGENT_NAME) else None,
        )
