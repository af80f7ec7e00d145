"""A channel or virtio-serial controller is not one that libvirt takes whole.

What it does
    Holds each ``<channel>`` and each ``<controller type='virtio-serial'>`` against a grammar of what libvirt knows
    (``schemas/virtio-serial.rng``), and reports the innermost part that does not fit, with what was expected: an
    attribute or element that is unknown, there twice or missing, a value that does not exist, a number
    that is none; twenty of them in one device at most. An element that is unknown in its place is one finding with all
    that is in it, a warning; so is a channel without a type. Where a rule has more to say of the same place, this one
    says nothing. Of an agent channel of a wrong type it does not say what that type needs.

Why it matters
    What libvirt does not know it drops without a word, so that a slip of the pen is an option that was never set. The
    rest it refuses: ``unsupported configuration: unknown type presented to host for character device: *``,
    ``internal error: Missing source host attribute for char device``, ``XML error: Invalid value for attribute 'port'
    in element 'address': '0x1'. Expected non-negative integer value``.

Fix
    None: what was wanted is not known.

References
    https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices; libvirt
    ``src/conf/schemas/domaincommon.rng``, ``src/conf/domain_conf.c:virDomainChrDefParseXML``
"""

from functools import cache

from chanfix import resources
from chanfix.domain import AGENT_NAME, Channel, Controller, Domain, is_templated
from chanfix.domain.libvirt_schema import sentence, twin
from chanfix.lint.mismatched import place_of_mismatch
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Draft, Drafts, Facts, Good, Node, Part, Rule
from chanfix.relaxng.mismatch import Kind, Mismatch
from chanfix.relaxng.schema import Schema

_LIMIT = 20
_EFFORT = 100_000


class ChannelSchema(Rule):
    severity = ERROR
    refusals = (
        "Missing source host attribute for char device",
        "unknown type presented to host for character device: unixx",
        "Invalid value for attribute 'port' in element 'address': '*'",
    )
    yields_to = (
        *("agent-misplaced", "agent-not-unix", "agent-target-missing", "agent-target-type", "agent-type-missing"),
        *("live-alias", "mode-invalid"),
    )
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' pth='/run/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="pth='/run/web.sock'",
        ),
        Bad(
            """\
<channel type='tcp'>
  <source mode='bind' service='9900'/>
  <target type='virtio' name='com.example.shell'/>
</channel>
""",
            at="<source mode='bind' service='9900'/>",
        ),
        Bad(
            """\
<controller type='virtio-serial' index='0' model='virtio-serial'/>
""",
            at="virtio-serial",
        ),
        Good(
            """\
<controller type='virtio-serial' index='0' model='virtio-transitional' ports='16' vectors='4'>
  <driver iommu='on'/>
</controller>
<channel type='unix'>
  <source mode='connect' path='/run/web.sock'>
    <reconnect enabled='yes' timeout='10'/>
  </source>
  <log file='/var/log/web.log' append='on'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <alias name='ua-agent'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
"""
        ),
        Good(
            """\
<channel type='{{ kind }}'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        for mismatch in _mismatches(channel.node):
            if not _comes_of_agents_type(channel, mismatch):
                yield self._finding(mismatch)

    def controller(self, controller: Controller, domain: Domain, facts: Facts) -> Drafts:
        yield from map(self._finding, _mismatches(controller.node))

    def _finding(self, mismatch: Mismatch) -> Draft:
        place, outcome = place_of_mismatch(mismatch), _outcome(mismatch)
        if mismatch.kind is Kind.BAD_VALUE and not mismatch.text:
            place = place._replace(part=Part.ATTRIBUTE)
        related = []
        if first := twin(mismatch):
            place, related = At(mismatch.node, part=Part.ELEMENT), [At(first, part=Part.ELEMENT, label="the first one")]
        return self.finding(sentence(mismatch, outcome), place, *related, severity=WARNING if outcome else None)


@cache
def _grammar() -> str:
    return resources.path("schemas/virtio-serial.rng")


def _mismatches(device: Node) -> list[Mismatch]:
    """Return what the grammar refuses in a device and no template may still put right."""
    # A grammar knows nothing of parts that are there on a condition.
    if device.has_holes_beside_values or Schema.load(_grammar()).accepts(device):
        return []
    # Most channels are accepted.
    from chanfix.relaxng.explain import explain

    found = explain(_grammar(), device, limit=_LIMIT, effort=_EFFORT)
    return [mismatch for mismatch in found if not any(map(is_templated, mismatch.node.attributes.values()))]


def _comes_of_agents_type(channel: Channel, mismatch: Mismatch) -> bool:
    """Return True if a part is wrong or missing because an agent's channel or target is of another type."""
    if mismatch.node == channel.target:
        return channel.name == AGENT_NAME and not channel.is_virtio
    is_missing = mismatch.kind in (Kind.MISSING_ATTRIBUTE, Kind.MISSING_ELEMENT)
    return is_missing and channel.is_agent and channel.type not in (None, "unix")


def _outcome(mismatch: Mismatch) -> str:
    """Return what libvirt does if it defines the domain all the same."""
    if mismatch.kind is Kind.UNKNOWN_ELEMENT and not mismatch.is_known:
        return "libvirt drops it"
    has_no_type = mismatch.kind is Kind.MISSING_ATTRIBUTE and mismatch.name == "type"
    return "libvirt makes it a 'pty'" if has_no_type and mismatch.node.tag == "channel" else ""
