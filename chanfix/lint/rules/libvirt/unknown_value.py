"""An attribute or element has a value that no libvirt takes there.

What it does
    Compares the values of which libvirt has a list, and numbers, UUIDs and hardware addresses, with what its schemas
    have from 7.0 to 12.8. What libvirt does with another value was asked of its QEMU driver, value by value: where it
    refuses the domain the finding is an error, where it drops the value, or nobody could ask, a warning. An empty
    value, ``none`` and ``default`` are warnings too: in some places libvirt reads them as if nothing was written. Where
    it takes any value there is no finding. Channels and controllers of virtio-serial are ``channel-schema``'s to
    report.

Why it matters
    The domain does not define (``XML error: Invalid value for attribute 'bus' in element 'target': 'virtioo'``), or
    the option has no effect.

Fix
    The value that is right there, if exactly one is like it. Unsafe: it may not be the one that was meant.

References
    https://libvirt.org/formatdomain.html; libvirt ``src/conf/domain_conf.c``
"""

from chanfix.domain.vocabulary import outcome, written_tag, written_value
from chanfix.domain.vocabulary_hints import correction, expected
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Edit, Facts, Fix, Good, Part, Rule, unsafe
from chanfix.xml.contexts import Stray
from chanfix.xml.edit import set_attribute

_SHOWN = 60
_DISK = """\
<disk type='file' device='disk'>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='{}'/>
</disk>
"""


class UnknownValue(Rule):
    severity = ERROR
    since = "0.2.0"
    yields_to = ("agent-target-type", "channel-schema", "refused-combination")
    examples = (
        Bad(_DISK.format("virtioo"), at="virtioo", fixed=_DISK.format("virtio")),
        Bad("<controller type='usb' index='first'/>\n", at="first"),
        Good(_DISK.format("{{ bus }}")),
    )

    def words_of_refusals(self) -> tuple[str, ...]:
        from chanfix.domain.unknown_value_words import UNKNOWN_VALUE_WORDS  # only ``explain`` asks for them

        return UNKNOWN_VALUE_WORDS

    def unknown_value(self, stray: Stray, domain: Domain, facts: Facts) -> Drafts:
        node, name, value = stray.node, stray.attribute, written_value(stray)
        tag = written_tag(node)
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        meant = correction(stray)
        does = {"refused": ": libvirt refuses the domain", "dropped": ": libvirt drops it"}.get(outcome(stray), "")
        if name is None:
            fact, at = f"<{tag}> is '{shown}'{does}", At(node, part=Part.TEXT)
        else:
            fact, at = f"'{name}' of <{tag}> is '{shown}'{does}", At(node, name)
            at = at if value else at._replace(part=Part.ATTRIBUTE)
        fix = _fix(stray, meant) if meant is not None else None
        severity = None if outcome(stray) == "refused" else WARNING
        yield self.finding(f"{fact}; expected {expected(stray)}", at, fix=fix, severity=severity)


def _fix(stray: Stray, value: str) -> Fix:
    node, title = stray.node, f"Write '{value}'"
    if stray.attribute is not None:
        return unsafe(title, set_attribute(node, stray.attribute, value))
    return unsafe(title, Edit(node.place.content, node.document.encode(value)))
