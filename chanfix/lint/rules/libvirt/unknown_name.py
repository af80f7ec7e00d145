"""An element or attribute has a name that no libvirt knows in its place.

What it does
    Compares each element and attribute of a domain with what libvirt can be told there: the names that its schemas
    have, from 7.0 to 12.8, whatever is installed. What belongs into another element nearby is told with that element.
    Order and number are not compared; names of foreign namespaces and the content of ``<metadata>`` are anybody's. In
    channels and controllers of virtio-serial ``channel-schema`` has its say.

Why it matters
    libvirt drops what it does not know without a word: a misspelt option is as good as not there, and it is gone from
    the stored definition.

Fix
    The name that is right there, if exactly one is like it, it is not there yet, and its content is known as well.
    Unsafe: it switches something on that never was.

References
    https://libvirt.org/formatdomain.html; libvirt ``src/conf/schemas/domaincommon.rng``
"""

from chanfix.domain.vocabulary import can_be_renamed, homes_of, near_names
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Edit, Facts, Fix, Good, Part, Rule, Span, unsafe
from chanfix.xml.contexts import Stray
from chanfix.xml.edit import rename_element


class UnknownName(Rule):
    severity = WARNING
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
        Bad(
            "<video>\n  <model type='virtio' head='2'/>\n</video>\n",
            at="head",
            fixed="<video>\n  <model type='virtio' heads='2'/>\n</video>\n",
        ),
        Bad("<acpi/>\n", at="<acpi/>"),
        Good("<video>\n  <model type='virtio' heads='2'/>\n</video>\n"),
        Good("<video>\n  <model type='virtio' {{ attributes }}/>\n</video>\n"),
    )

    def unknown_name(self, stray: Stray, domain: Domain, facts: Facts) -> Drafts:
        node, name = stray.node, stray.attribute
        homes = homes_of(domain, stray)
        near = [] if homes else near_names(stray)
        if name is None:
            inside = f" in <{node.parent.tag}>" if node.parent is not None else ""
            fact, at = f"libvirt does not know <{node.tag}>{inside} and drops it", At(node)
            hint = " or ".join(f"<{home}>" for home in homes[:3])
            hint = f"<{node.tag}> belongs into {hint}" if homes else ""
        else:
            fact, at = f"libvirt does not know '{name}' on <{node.tag}> and drops it", At(node, name, part=Part.NAME)
            hint = " or ".join(f"<{home}>" for home in homes[:3])
            hint = f"'{name}' belongs on {hint}" if homes else ""
        if near:
            hint = "did you mean " + " or ".join(f"'{each}'" for each in near) + "?"
        fix = _fix(stray, near[0]) if len(near) == 1 and can_be_renamed(stray, near[0]) else None
        yield self.finding(f"{fact}; {hint}" if hint else fact, at, fix=fix)


def _fix(stray: Stray, name: str) -> Fix:
    title = f"Call it '{name}'"
    if stray.attribute is None:
        return unsafe(title, *rename_element(stray.node, name))
    place = stray.node.attribute_place(stray.attribute)
    assert place is not None
    start = place.span.start
    return unsafe(title, Edit(Span(start, start + len(place.name)), stray.node.document.encode(name)))
