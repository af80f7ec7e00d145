"""An element or attribute has a name that no libvirt knows in its place.

What it does
    Compares each element and attribute of a domain with the names that libvirt's schemas have in that place, from 7.0
    to 12.8, whatever is installed. If the name belongs into another element nearby, the message names that element.
    Names that a device has only with another type are one finding. Order and number are not compared, nor names of
    foreign namespaces and the content of ``<metadata>``. Channels and controllers of virtio-serial are
    ``channel-schema``'s to report.

Why it matters
    libvirt drops what it does not know without a word: a misspelt option has no effect, and it is gone from the
    stored definition. In ``<features>`` it refuses the domain: ``unexpected feature 'apci'``. So it does where it needs
    what was misspelt: ``Missing required attribute 'dev' in element 'boot'``.

Fix
    The name that is right there, if exactly one is like it, it is not there yet, and its content is known as well.
    Unsafe: it switches something on that never was.

References
    https://libvirt.org/formatdomain.html; libvirt ``src/conf/schemas/domaincommon.rng``
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chanfix.domain import guess_agent_name
from chanfix.domain.vocabulary import outcome, written_tag
from chanfix.domain.vocabulary_hints import can_be_renamed, homes_of, kinds_of, near_names, slip_of, written_instead
from chanfix.lint.rule import (
    ERROR,
    WARNING,
    At,
    Bad,
    Domain,
    Draft,
    Drafts,
    Facts,
    Fix,
    Good,
    Node,
    Part,
    Rule,
    and_more,
    unsafe,
)
from chanfix.named_tuple import NamedTuple
from chanfix.xml.contexts import Stray
from chanfix.xml.edit import rename_attribute, rename_element
from chanfix.xml.together import by_block

if TYPE_CHECKING:
    from chanfix.domain.refused.search import Refusal

_SHOWN = 3
_VIDEO = "<video>\n  <model type='virtio' {}/>\n</video>\n"


class UnknownName(Rule):
    severity = WARNING
    refusals = ("unexpected feature '*'", "unsupported HyperV Enlightenment feature: *", "unsupported KVM feature: *")
    since = "0.2.0"
    about_targets = True
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

    def unknown_names(self, strays: Sequence[Stray], domain: Domain, facts: Facts) -> Drafts:
        of_another_kind: dict[tuple[Node, str, _Outcome], list[Stray]] = {}
        refused: dict[tuple[Node, str | None], Refusal] | None = None
        for stray in strays:
            # An agent's target in another device: agent-misplaced tells what that does to the agent.
            if stray.node.tag == "target" and stray.attribute == "name" and guess_agent_name(stray.node.get("name")):
                continue
            found = kinds_of(domain, stray)
            hint, near = ("", []) if found else _hint(stray, domain)
            if refused is None and (found or near):
                refused = _refused(strays, domain, facts)
            refusal = refused.get((stray.node, stray.attribute)) if refused else None
            if refusal and refusal.row.since and facts.is_for_any_libvirt:
                refusal = None  # an older libvirt drops the name
            said = refusal.row.said[0] if refusal else ""
            result = _Outcome(refusal is not None or outcome(stray) == "refused", said)
            if found:
                around, by, kinds = found
                hint = f"for <{around.tag}> with {by} {_or(kinds)}"
                of_another_kind.setdefault((around, hint, result), []).append(stray)
                continue
            fix = _fix(stray, near[0]) if len(near) == 1 and can_be_renamed(stray, near[0]) else None
            yield self._draft([stray], hint, result, fix)
        for (_, hint, result), alike in of_another_kind.items():
            for group in by_block(alike, lambda stray: stray.node):
                yield self._draft(group, f"{'they are' if group[1:] else 'it is'} {hint}", result)

    def _draft(self, strays: list[Stray], hint: str, result: _Outcome, fix: Fix | None = None) -> Draft:
        fact = f"libvirt does not know {and_more(_written(strays[0]), strays[1:])}"
        if result.is_refused:
            fact += " and refuses the domain"
        else:
            fact += " and drops it" if len(strays) == 1 else ", and drops them"
        at, *related = (At(stray.node, stray.attribute, _written(stray), Part.NAME) for stray in strays)
        severity, note = ERROR if result.is_refused else None, f"libvirt says: {result.said}" if result.said else ""
        return self.finding(f"{fact}; {hint}" if hint else fact, at, *related, fix=fix, severity=severity, note=note)


class _Outcome(NamedTuple):
    """Whether libvirt refuses a domain on account of a name, and its words, which are empty where they are not known.

    Otherwise it drops what has the name.
    """

    is_refused: bool
    said: str


def _refused(strays: Sequence[Stray], domain: Domain, facts: Facts) -> dict[tuple[Node, str | None], Refusal]:
    from chanfix.domain.refused.slips import refused_slips  # by few domains

    return refused_slips(strays, domain, facts.version)


def _written(stray: Stray) -> str:
    tag, parent = written_tag(stray.node), stray.node.parent
    if stray.attribute is not None:
        return f"'{stray.attribute}' on <{tag}>"
    return f"<{tag}> in <{written_tag(parent)}>" if parent is not None else f"<{tag}>"


def _hint(stray: Stray, domain: Domain) -> tuple[str, list[str]]:
    """Return what may have been meant, and the names in this place that are like the one that is there."""
    if kind := written_instead(stray):
        return kind, []
    if slip := slip_of(stray):
        return f"did you mean '{slip}'?", [slip]
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
    return unsafe(title, rename_attribute(stray.node, stray.attribute, name))
