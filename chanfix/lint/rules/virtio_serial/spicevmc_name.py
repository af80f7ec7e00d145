"""A SPICE channel has a name that libvirt does not start.

What it does
    Reports a channel of type ``spicevmc`` in a QEMU domain whose virtio target has another name than
    ``com.redhat.spice.0``: ``com.redhat.spice.1``, as an example. Without a name it has that one. What a template fills
    in is left alone, and an agent channel of this type is ``agent-not-unix``'s to report.

Why it matters
    libvirt defines the domain and does not start it: ``unsupported configuration: Unsupported spicevmc target name
    'com.redhat.spice.1'``. Further ports for a SPICE client are channels of type ``spiceport``.

Fix
    Sets the name to ``com.redhat.spice.0``. Unsafe: a port of another kind may be what was wanted. There is no fix
    where another channel may have that name.

References
    libvirt ``src/qemu/qemu_command.c:qemuBuildVirtioSerialPortDevProps``
"""

from chanfix.domain import AGENT_NAME, Channel, Domain, guess_agent_name, is_templated
from chanfix.lint.rule import ERROR, At, Bad, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import set_attribute

_NAME = "com.redhat.spice.0"


class SpicevmcName(Rule):
    severity = ERROR
    refusals = ("Unsupported spicevmc target name '*'",)
    examples = (
        Bad(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.1'/>
</channel>
<graphics type='spice'/>
""",
            at="com.redhat.spice.1",
            fixed="""\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<graphics type='spice'/>
""",
        ),
        Bad(
            """\
<channel type='spicevmc'>
  <target type='virtio'/>
</channel>
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.1'/>
</channel>
<graphics type='spice'/>
""",
            at="com.redhat.spice.1",
        ),
        Good(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<channel type='qemu-vdagent'>
  <target type='virtio' name='com.redhat.spice.1'/>
</channel>
<channel type='spiceport'>
  <source channel='org.spice-space.webdav.0'/>
  <target type='virtio' name='org.spice-space.webdav.0'/>
</channel>
<graphics type='spice'/>
"""
        ),
        Good(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='{{ name }}'/>
</channel>
<graphics type='spice'/>
"""
        ),
    )

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        wrong = [channel for channel in channels if _is_wrong(channel)] if domain.is_qemu else []
        is_free = not any(_may_have_the_name(channel) for channel in channels if channel not in wrong[:1])
        for channel in wrong:
            target = channel.target or channel.node
            fix = unsafe("Correct the name", set_attribute(target, "name", _NAME))
            yield self.finding(
                f"libvirt does not start a spicevmc channel called '{channel.name}'; expected '{_NAME}'",
                At(target, "name"),
                fix=fix if is_free and not domain.has_unknown_devices else None,
            )


def _is_wrong(channel: Channel) -> bool:
    if channel.type != "spicevmc" or not channel.is_virtio or channel.name is None or is_templated(channel.name):
        return False
    return channel.name != _NAME and guess_agent_name(channel.name) != AGENT_NAME


def _may_have_the_name(channel: Channel) -> bool:
    return channel.type == "spicevmc" or channel.port_name == _NAME or is_templated(channel.name)
