"""libvirt's own schema refuses the document.

What it does
    Asks the RELAX NG schema of the installed libvirt (``/usr/share/libvirt/schemas``, or the folder that
    ``--schema-dir`` or ``CHANFIX_SCHEMA_DIR`` names), as ``virt-xml-validate`` does, and points at the innermost
    element, attribute or value that it refuses, with what it has in its place; at twenty of them at most. Without the
    schema nothing is checked. In a template only faults that no value and no branch can put right are reported. Another
    rule may point at the same place; it says what the fault does to the agent. Where ``channel-schema``,
    ``agent-misplaced`` or ``agent-type-missing`` has a finding, this rule has none.

    An element that is right but for its order is an info: a plain ``virsh define`` takes any order. A device without
    the ``type`` that libvirt has a default for is a warning.

Why it matters
    What its schema does not know, libvirt mostly drops without a word: a misspelt option is as good as not there. And
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
from chanfix.domain.libvirt_schema import Kind, Mismatch, mismatches, sentence, twin
from chanfix.lint.mismatched import place_of_mismatch
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, INFO, WARNING, At, Bad, Drafts, Facts, Good, Rule, Severity

# libvirt's own records; it never holds them against the schema, and writes into them what that does not have.
_PRIVATE = ("domstatus", "qemu-migration")

_ORDER = (Kind.TOO_EARLY, Kind.TOO_LATE)
# src/conf/domain_conf.c:virDomainChrDefNew, virDomainNetDefNew
_DEFAULT_TYPES = {"channel": "pty", "console": "pty", "interface": "user", "parallel": "pty", "serial": "pty"}


class DomainSchema(Rule):
    severity = ERROR
    refusals = ("XML document failed to validate against schema",)
    needs_schema = True
    yields_to = ("agent-misplaced", "agent-type-missing", "channel-schema")
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target typ='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="typ='virtio'",
        ),
        Bad("<chanel type='unix'/>\n", at="<chanel type='unix'/>"),
        Bad("<graphics type='spice' autoport='maybe'/>\n", at="maybe"),
        Bad("<memballoon/>\n", at="<memballoon/>"),
        Good(AGENT_CHANNEL),
        Good("<graphics type='spice' autoport='{{ autoport }}'/>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        document = domain.document
        if facts.schema is None or document.root.tag in _PRIVATE:
            return
        found = mismatches(facts.schema, domain.node, facts.valid)
        if found == []:
            return
        newer = f"the schema is the one in {os.path.dirname(facts.schema)}; a newer libvirt may know better"
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
                yield self.finding(
                    sentence(mismatch), place_of_mismatch(mismatch), *related, note=note, severity=_severity(mismatch)
                )


def _severity(mismatch: Mismatch) -> Severity | None:
    if mismatch.kind in _ORDER:
        return INFO
    return WARNING if _default_type(mismatch) else None


def _what_define_does(mismatch: Mismatch) -> str:
    if mismatch.kind in _ORDER:
        return "a plain 'virsh define' takes it; 'virsh define --validate' and 'virsh edit' do not"
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
