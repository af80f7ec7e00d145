"""The agent channel is on a domain whose driver talks to no guest agent.

What it does
    Reports an agent channel on a domain of a type that libvirt has no agent for: ``lxc``, ``xen``, ``vz``, ..., with
    libvirt before 12.4.0 ``bhyve``, and before 11.10.0 ``hyperv``.

Why it matters
    libvirt's QEMU driver talks to a guest agent, and since 12.4.0 its bhyve driver. The others leave the channel out
    without a word (lxc, and bhyve before), or refuse it: ``channel target type not supported`` at start (xen),
    ``changing devices parameters is not supported by vz driver`` at define (vz). A domain of type ``hyperv`` can be
    QEMU's since 11.10.0; before, it is the Hyper-V driver's, which has no agent.

Fix
    None: either the channel or the domain's type is wrong.

References
    libvirt ``src/libxl/libxl_conf.c:libxlMakeChannel``; libvirt ``docs/formatdomain.rst``, "Channel"; libvirt
    ``NEWS.rst``, 11.10.0 and 12.4.0
"""

from chanfix.lint.rule import AGENT_CHANNEL, AGENT_NAME, WARNING, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule


class AgentWrongDriver(Rule):
    severity = WARNING
    about_targets = True
    examples = (
        Bad(
            """\
<domain type='lxc'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            at="<channel type='unix'>",
        ),
        Good(AGENT_CHANNEL),
        Bad(
            """\
<domain type='bhyve'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            at="<channel type='unix'>",
            version="12.3.0",
        ),
        Good(
            """\
<domain type='bhyve'>
  <devices>
    <channel type='unix'>
      <source mode='bind' path='/var/run/agents/build.sock'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            version="12.4.0",
        ),
        Good(
            """\
<domain type='{{ engine }}'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
        ),
    )

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        if not domain.lacks_agent(facts.version):
            return
        for channel, name in domain.meant_agents:
            if channel.is_virtio and name == AGENT_NAME:
                yield self.finding(
                    f"the domain is of type '{domain.type}'; libvirt {facts.version} talks to no guest agent there",
                    At(channel.node),
                    At(domain.node, "type", "the domain's type"),
                )
