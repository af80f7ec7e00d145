"""Definitions as libvirt writes them, and the plan that the tests carry out on them."""

from dataclasses import dataclass

from chanfix.change.apply import carry_out, prepare

AGENT = "org.qemu.guest_agent.0"
SECRET = "sekrit"
UUID = "00000000-0000-0000-0000-000000000001"


def channel(name=AGENT, inside="", source=""):
    return f"""\
    <channel type='unix'>{source}
      <target type='virtio' name='{name}'/>{inside}
    </channel>
"""


def definition(devices="", *, name="web", uuid=UUID, memory=8192, kind="test", before_devices=""):
    return f"""\
<domain type='{kind}'>
  <name>{name}</name>
  <uuid>{uuid}</uuid>
  <memory unit='KiB'>{memory}</memory>
  <currentMemory unit='KiB'>{memory}</currentMemory>
  <vcpu placement='static'>1</vcpu>
  <os>
    <type arch='x86_64'>hvm</type>
    <boot dev='hd'/>
  </os>{before_devices}
  <devices>
{devices}    <graphics type='vnc' port='-1' autoport='yes' passwd='{SECRET}'>
      <listen type='address'/>
    </graphics>
  </devices>
</domain>
""".encode()


@dataclass(frozen=True)
class Plan:
    data: bytes
    notes: tuple[str, ...] = ()


def add(document):
    """Plan the agent channel, as the first device, unless it is there."""
    if AGENT.encode() in document.data:
        return Plan(document.data)
    return Plan(document.data.replace(b"<devices>\n", b"<devices>\n" + channel().encode(), 1))


def apply_stored(host, ref, plan_for, store):
    """Plan and carry out in one go."""
    return carry_out(host, prepare(host, ref, plan_for), store)
