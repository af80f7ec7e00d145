"""libvirt's own schema refuses the document.

What it does
    Only if asked: with ``--schema-dir DIR``, ``CHANFIX_SCHEMA_DIR`` or ``schema-dir`` in the configuration it asks
    the RELAX NG schema in that folder (``/usr/share/libvirt/schemas`` where libvirt is installed), as
    ``virt-xml-validate`` does, and points at the innermost element, attribute or value that the schema refuses, with
    what it has in its place; at twenty of them at most. The finding names the version of the schema, where the
    library beside it tells. In a template only faults that no value and no branch can put right are reported. Where
    ``unknown-name``, ``unknown-value``, ``needs-newer-libvirt``, ``channel-schema``, ``agent-misplaced`` or
    ``agent-type-missing`` has a finding, this rule has none.

    An element that is right but for its order or its number is an info: a plain ``virsh define`` takes it. A device
    without the ``type`` that libvirt has a default for is a warning.

Why it matters
    ``virsh define --validate`` and ``virsh edit`` refuse the document with words that do not tell where:
    ``XML document failed to validate against schema: Extra element devices in interleave``.

Fix
    None: what was wanted is not known. A document for a newer libvirt than the installed one is checked against that
    one's schema: name its folder.

References
    https://libvirt.org/format.html; libvirt ``src/conf/schemas/domaincommon.rng``,
    ``src/util/virxml.c:virXMLValidatorValidate``
"""

import os

from chanfix.domain import Domain, is_templated
from chanfix.domain.definitions import PRIVATE_RECORDS
from chanfix.domain.libvirt_schema import Kind, Mismatch, mismatches, schema_version, sentence, twin
from chanfix.lint.mismatched import place_of_mismatch
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, INFO, WARNING, At, Bad, Drafts, Facts, Good, Part, Rule, Severity

_ORDER = (Kind.TOO_EARLY, Kind.TOO_LATE)
# src/conf/domain_conf.c:virDomainChrDefNew, virDomainNetDefNew
_DEFAULT_TYPES = {"channel": "pty", "console": "pty", "interface": "user", "parallel": "pty", "serial": "pty"}


class DomainSchema(Rule):
    severity = ERROR
    refusals = ("XML document failed to validate against schema",)
    needs_schema = True
    yields_to = (
        *("agent-misplaced", "agent-type-missing", "channel-schema"),
        *("needs-newer-libvirt", "refused-combination", "unknown-name", "unknown-value"),
    )
    examples = (
        Bad("<chanel type='unix'/>\n", at="<chanel type='unix'/>"),
        Bad("<graphics type='spice' autoport='maybe'/>\n", at="maybe"),
        Bad("<memballoon/>\n", at="<memballoon/>"),
        Good(AGENT_CHANNEL),
        Good("<graphics type='spice' autoport='{{ autoport }}'/>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        document = domain.document
        if facts.schema is None or document.root.tag in PRIVATE_RECORDS:
            return
        found = mismatches(facts.schema, domain.node, facts.valid)
        if found == []:
            return
        version, folder = schema_version(facts.schema), os.path.dirname(facts.schema)
        whose = f"libvirt {version}'s, in {folder}" if version else f"the one in {folder}"
        newer = f"the schema is {whose}; a newer libvirt may know better"
        span = domain.node.place.span
        is_template = bool(document.holes_in(span)) or is_templated(document.text(span))
        if found is None and not is_template:
            yield self.finding("libvirt's schema refuses the document", At(domain.node), note=newer)
        for mismatch in found or ():
            # A stylesheet that patches domains may make a whole one as well.
            is_other = domain.node.is_made_up and mismatch.node.tag == "domain"
            if not is_other and not (is_template and _may_be_filled_in(mismatch)):
                first = twin(mismatch)
                related = [At(first, label="the first one")] if first is not None else []
                note = newer if _may_be_newer(mismatch) else _what_define_does(mismatch)
                place = place_of_mismatch(mismatch)
                if mismatch.kind is Kind.UNKNOWN_ATTRIBUTE:
                    place = place._replace(part=Part.NAME)
                yield self.finding(sentence(mismatch), place, *related, note=note, severity=_severity(mismatch))


def _severity(mismatch: Mismatch) -> Severity | None:
    if mismatch.kind in _ORDER or twin(mismatch) is not None:
        return INFO
    return WARNING if _default_type(mismatch) else None


def _what_define_does(mismatch: Mismatch) -> str:
    if mismatch.kind in _ORDER:
        return "'virsh define --validate' and 'virsh edit' refuse this; a plain define takes it"
    if twin(mismatch) is not None:
        return "'virsh define --validate' and 'virsh edit' refuse this; a plain define mostly takes the first"
    default = _default_type(mismatch)
    return f"a plain 'virsh define' makes its type '{default}'" if default else ""


def _default_type(mismatch: Mismatch) -> str | None:
    """Return the type that libvirt gives a device which has none."""
    if mismatch.kind is not Kind.MISSING_ATTRIBUTE or mismatch.name != "type":
        return None
    return _DEFAULT_TYPES.get(mismatch.node.tag)


def _may_be_newer(mismatch: Mismatch) -> bool:
    """Return True if a later libvirt may know the name or the value."""
    if mismatch.kind in (Kind.UNKNOWN_ATTRIBUTE, Kind.UNKNOWN_ELEMENT):
        return not mismatch.is_known
    return mismatch.kind is Kind.BAD_VALUE


def _may_be_filled_in(mismatch: Mismatch) -> bool:
    """Return True if the values and branches of a template may put it right."""
    match mismatch.kind:
        case Kind.UNKNOWN_ATTRIBUTE | Kind.UNKNOWN_ELEMENT:
            return mismatch.is_known
        case Kind.BAD_VALUE:
            return is_templated(mismatch.text)
        case Kind.BAD_TEXT:
            return is_templated(mismatch.text) or is_templated(mismatch.node.text)
        case _:
            return True
