"""The agent's port is given on QEMU's command line only.

What it does
    Reports a ``<qemu:arg>`` that adds a ``virtserialport`` or ``virtconsole`` with the guest agent's name, in a domain
    without an agent channel. Both spellings of ``-device`` are read, ``virtserialport,name=...`` and JSON. Names
    given by ``-set``, ``-global`` or ``-readconfig`` are not. With a channel of that name,
    ``duplicate-agent-channel`` reports it.

Why it matters
    libvirt does not look into ``<qemu:commandline>``. The port is there in the guest, and every agent call fails with
    ``argument unsupported: QEMU guest agent is not configured``. The domain is tainted (``custom-argv``). The first
    spelling works no more where it relies on libvirt's own controller: libvirt 9.0 gives its devices as JSON, QEMU 7.2
    reads those later, and the start fails with ``No 'virtio-serial-bus' bus found for device 'virtserialport'``.

Fix
    None: the socket may be there for another program. A ``<channel>`` with this name makes the port libvirt's own; with
    both, QEMU does not start.

References
    https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands
"""

from chanfix.lint.rule import AGENT_NAME, WARNING, At, Bad, CommandlinePort, Domain, Drafts, Facts, Good, Rule


class AgentInCommandline(Rule):
    severity = WARNING
    refusals = ("QEMU guest agent is not configured",)
    examples = (
        Bad(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices/>
  <qemu:commandline>
    <qemu:arg value='-device'/>
    <qemu:arg value='virtserialport,chardev=qga0,name=org.qemu.guest_agent.0'/>
  </qemu:commandline>
</domain>
""",
            at="virtserialport,chardev=qga0,name=org.qemu.guest_agent.0",
        ),
        Bad(
            """\
<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices/>
  <q:commandline>
    <q:arg value='-device'/>
    <q:arg value='{"driver": "virtserialport", "chardev": "qga0", "name": "org.qemu.guest_agent.0"}'/>
  </q:commandline>
</domain>
""",
            at='{"driver": "virtserialport", "chardev": "qga0", "name": "org.qemu.guest_agent.0"}',
        ),
        Good(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-device'/>
    <qemu:arg value='virtserialport,chardev=qga1,name=org.qemu.guest_agent.1'/>
  </qemu:commandline>
</domain>
"""
        ),
    )

    def commandline_ports(self, ports: list[CommandlinePort], domain: Domain, facts: Facts) -> Drafts:
        # A second port of the agent's is a duplicate.
        port = next((port for port in ports if port.name == AGENT_NAME), None)
        if port is None or domain.may_have_agent or any(name == AGENT_NAME for _, name in domain.meant_agents):
            return
        yield self.finding(
            f"the port '{AGENT_NAME}' is given to QEMU alone; libvirt sees an agent in a <channel> only",
            At(port.argument, "value"),
            note=f"its arguments: {port.written}",
        )
