"""An element or attribute has a name that no libvirt knows in its place.

What it does
    Compares each element and attribute of a domain with the names that libvirt's schemas have in that place, from 7.0
    to 12.8, whatever is installed. If the name belongs into another element nearby, the message names that element.
    Order and number are not compared, nor names of foreign namespaces and the content of ``<metadata>``. Channels and
    controllers of virtio-serial are ``channel-schema``'s to report.

Why it matters
    libvirt drops what it does not know without a word: a misspelt option has no effect, and it is gone from the
    stored definition. In ``<features>`` it refuses the domain: ``unexpected feature 'apci'``.

Fix
    The name that is right there, if exactly one is like it, it is not there yet, and its content is known as well.
    Unsafe: it switches something on that never was.

References
    https://libvirt.org/formatdomain.html; libvirt ``src/conf/schemas/domaincommon.rng``
"""

from chanfix.domain import guess_agent_name
from chanfix.domain.vocabulary import outcome, written_tag
from chanfix.domain.vocabulary_hints import can_be_renamed, homes_of, kinds_of, near_names
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Edit, Facts, Fix, Good, Part, Rule, Span, unsafe
from chanfix.xml.contexts import Stray
from chanfix.xml.edit import rename_element

_SHOWN = 3
_VIDEO = "<video>\n  <model type='virtio' {}/>\n</video>\n"


class UnknownName(Rule):
    severity = WARNING
    refusals = ("unexpected feature '*'",)
    since = "0.2.0"
    yields_to = ("agent-misplaced", "channel-schema")
    examples = (
        Bad(
            """\
<controller type='pci' index='1' model='pcie-root-port'>
  <adress type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
</controller>
""",
            at="<adress type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>",
            fixed="""\
<controller type='pci' index='1' model='pcie-root-port'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
</controller>
""",
        ),
        Bad(_VIDEO.format("head='2'"), at="head", fixed=_VIDEO.format("heads='2'")),
        Bad("<acpi/>\n", at="<acpi/>"),
        Bad("<disk type='file'>\n  <source pool='default'/>\n  <target dev='vda'/>\n</disk>\n", at="pool"),
        Good(_VIDEO.format("heads='2'")),
        Good(_VIDEO.format("{{ attributes }}")),
    )

    def unknown_name(self, stray: Stray, domain: Domain, facts: Facts) -> Drafts:
        node, name, tag = stray.node, stray.attribute, written_tag(stray.node)
        # An agent's target in another device: agent-misplaced tells what that does to the agent.
        if node.tag == "target" and name == "name" and guess_agent_name(node.get("name")):
            return
        is_refused = outcome(stray) == "refused"
        does = "and refuses the domain" if is_refused else "and drops it"
        if name is None:
            inside = f" in <{written_tag(node.parent)}>" if node.parent is not None else ""
            fact, at = f"libvirt does not know <{tag}>{inside} {does}", At(node)
        else:
            fact, at = f"libvirt does not know '{name}' on <{tag}> {does}", At(node, name, part=Part.NAME)
        hint, near = _hint(stray, domain)
        fix = _fix(stray, near[0]) if len(near) == 1 and can_be_renamed(stray, near[0]) else None
        yield self.finding(f"{fact}; {hint}" if hint else fact, at, fix=fix, severity=ERROR if is_refused else None)


def _hint(stray: Stray, domain: Domain) -> tuple[str, list[str]]:
    """Return what may have been meant, and the names in this place that are like the one that is there."""
    if found := kinds_of(domain, stray):
        around, by, kinds = found
        return f"it is for <{around.tag}> with {by} {_or(kinds)}", []
    if homes := homes_of(domain, stray):
        does = "belongs on" if stray.attribute else "belongs into"
        name = f"'{stray.attribute}'" if stray.attribute else f"<{stray.node.tag}>"
        return f"{name} {does} {_or(homes, '<{}>')}", []
    near = near_names(stray)
    return f"did you mean {_or(near)}?" if near else "", near


def _or(names: list[str], form: str = "'{}'") -> str:
    return " or ".join(map(form.format, names[:_SHOWN]))


def _fix(stray: Stray, name: str) -> Fix:
    title = f"Call it '{name}'"
    if stray.attribute is None:
        return unsafe(title, *rename_element(stray.node, name))
    place = stray.node.attribute_place(stray.attribute)
    assert place is not None
    start = place.span.start
    return unsafe(title, Edit(Span(start, start + len(place.name)), stray.node.document.encode(name)))
