"""The agent channel is outside the devices, or in a device that is no channel.

What it does
    Reports an agent channel that is no child of the domain's ``<devices>``: right under ``<domain>``, inside another
    device, and so on. What is inside ``<metadata>``, or inside an element of a foreign namespace, is left alone. Also
    reports a target with the agent's name in a ``<serial>``, ``<parallel>`` or ``<console>``, unless the agent channel
    is there and libvirt only drops the name.

Why it matters
    libvirt drops it at define without a word, and every agent call fails with ``argument unsupported: QEMU guest agent
    is not configured``. Only ``virsh define --validate`` says something (``Element domain has extra content:
    channel``), and a channel inside ``<features>`` is refused: ``unexpected feature 'channel'``. Of a console or a
    parallel port libvirt drops the name, so that it stays what it is. A serial port is refused: ``unknown target type
    'virtio' specified for character device``.

Fix
    Moves the channel into ``<devices>``, to the place where ``chanfix add`` would insert one. Unsafe: the guest gets a
    new device. When an agent channel is there already, the misplaced one is removed instead: two would keep QEMU from
    starting. That is safe: libvirt has never seen it. While a channel there was only meant to be the agent's, its own
    finding comes first and this one has no fix.

    Makes the device with the agent's target a channel. Unsafe: the guest loses a console or a port. There is no fix
    where the device has parts that a channel has not, nor where the template may bring the channel.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefParseXML``, which reads ``./devices/channel``
"""

from chanfix.domain import placement, strays
from chanfix.lint.rule import AGENT_NAME, ERROR, At, Bad, Domain, Drafts, Facts, Fix, Good, Part, Rule, safe, unsafe
from chanfix.xml.edit import remove_element, take_element


class AgentMisplaced(Rule):
    severity = ERROR
    refusals = (
        "QEMU guest agent is not configured",
        "unexpected feature 'channel'",
        "unknown target type 'virtio' specified for character device",
    )
    only_if_text_has = (b"channel", b"console", b"parallel", b"serial")
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <channel type='unix'>
    <!-- for backups -->
    <target type='virtio' name='org.qemu.guest_agent.0'/>
  </channel>
  <devices>
    <console type='pty'/>
    <memballoon model='virtio'/>
  </devices>
</domain>
""",
            at="<channel type='unix'>",
            fixed="""\
<domain type='kvm'>
  <devices>
    <console type='pty'/>
    <channel type='unix'>
      <!-- for backups -->
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <memballoon model='virtio'/>
  </devices>
</domain>
""",
        ),
        Bad(
            """\
<controller type='virtio-serial' index='0'>
  <channel type='unix'>
    <target type='virtio' name='org.qemu.guest_agent.0'/>
  </channel>
</controller>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<channel type='unix'>",
            fixed="""\
<controller type='virtio-serial' index='0'>
</controller>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<serial type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</serial>
""",
            at="name='org.qemu.guest_agent.0'",
            fixed="""\
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<serial type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</serial>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="name='org.qemu.guest_agent.0'",
        ),
        Good(
            """\
<console type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</console>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <metadata>
    <lab:plan xmlns:lab='urn:example:lab'>
      <channel type='unix' xmlns=''>
        <target type='virtio' name='org.qemu.guest_agent.0'/>
      </channel>
    </lab:plan>
  </metadata>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        yield from self._in_other_devices(domain)
        misplaced = strays.misplaced_channels(domain)
        if not misplaced:
            return
        has_agent = bool(domain.agent_channels)
        # Only the first one moves; then there is an agent channel, and the others can go.
        has_other = any(name == AGENT_NAME for _, name in domain.meant_agents) or bool(strays.commandline_ports(domain))
        can_move = not has_other and bool(domain.node.child("devices"))
        for channel in misplaced:
            fix: Fix | None = None
            if can_move:
                edits = take_element(channel.node), *placement.insert_channel(domain, channel.node)
                fix = unsafe("Move the channel into <devices>", *edits)
            elif has_agent:
                fix = safe("Remove the channel that libvirt does not see", remove_element(channel.node))
            can_move = False
            yield self.finding("the agent channel is outside <devices>; libvirt drops it", At(channel.node), fix=fix)

    def _in_other_devices(self, domain: Domain) -> Drafts:
        targets = strays.misplaced_targets(domain) if domain.is_qemu else []
        for target in targets:
            device = target.parent or target
            is_refused = device.tag == "serial" and target.get("type") == "virtio"
            if domain.agent_channels and not is_refused:
                continue
            fix: Fix | None = None
            if target == targets[0] and strays.may_be_given_agent(domain):
                edits = placement.as_channel(device, target)
                fix = unsafe("Make the device a channel", *edits) if edits else None
            what = "refuses the domain" if is_refused else "drops the name"
            yield self.finding(
                f"the agent's target is in a <{device.tag}>; libvirt {what}, and expects a <channel>",
                At(target, "name", part=Part.ATTRIBUTE),
                fix=fix,
            )
