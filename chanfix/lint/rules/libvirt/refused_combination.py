"""libvirt's QEMU driver refuses a combination that no rule of its own is about.

What it does
    Reports some seven hundred things that a domain says and libvirt does not define: a value that does not go with
    another one, a part that is missing, a second device where there can be one. Each is a row of data with the words of
    libvirt; what people meet often has a rule of its own. What depends on the host, or on how QEMU was built, is not
    reported, nor what a template leaves open. What a newer libvirt alone refuses is a warning, unless a target or an
    older version is given.

Why it matters
    The domain cannot be defined. The finding's note has libvirt's words, where ``*`` stands for what varies.

Fix
    None: which of the two was wanted, only a person can say.

References
    libvirt ``src/conf/domain_validate.c``, ``src/conf/domain_conf.c``, ``src/qemu/qemu_validate.c``
"""

from chanfix.domain.refused.conditions import Found
from chanfix.domain.refused.row import words_of_libvirt
from chanfix.domain.refused.search import Refusal, refusals
from chanfix.domain.values import Known
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Draft, Drafts, Facts, Good, Part, Rule, Severity
from chanfix.xml.contexts import Stray


class RefusedCombination(Rule):
    severity = ERROR
    since = "0.2.0"
    about_targets = True
    yields_to = ("address-impossible", "bus-unsupported", "channel-schema", "pci-root-mismatch", "unknown-name")
    examples = (
        Bad(
            """\
<disk type='file' device='lun'>
  <source file='/var/lib/libvirt/images/web.img'/>
  <target dev='sda' bus='scsi'/>
</disk>
""",
            at="lun",
        ),
        Bad(
            """\
<watchdog model='ib700'>
  <address type='isa' iobase='0x443'/>
</watchdog>
""",
            at="<address type='isa' iobase='0x443'/>",
        ),
        Good(
            """\
<disk type='block' device='lun'>
  <source dev='/dev/disk/by-id/wwn-0x5000c50015ea71ad'/>
  <target dev='sda' bus='scsi'/>
</disk>
"""
        ),
        Good("<disk type='{{ type }}' device='lun'>\n  <target dev='sda' bus='scsi'/>\n</disk>\n"),
    )

    def words_of_refusals(self) -> tuple[str, ...]:
        return words_of_libvirt()

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        found = list(refusals(domain, facts.version))
        if not found:
            return
        from chanfix.domain.refused.slips import slips_of  # by few domains
        from chanfix.domain.vocabulary import strays_of

        strays = strays_of(domain).names
        for refusal in found:
            slips = slips_of(refusal, strays, domain) if strays else []
            # An older libvirt takes what has a "since".
            yield self._draft(refusal, slips, WARNING if refusal.row.since and facts.is_for_any_libvirt else None)

    def _draft(self, refusal: Refusal, slips: list[Stray], severity: Severity | None) -> Draft:
        row, _, found, first = refusal
        value = found.value
        written = value.value.strip() if isinstance(value, Known) else ""
        return self.finding(
            row.sentence.format(written),
            # What is missing is misspelt: unknown-name reports that.
            At(slips[0].node, slips[0].attribute, part=Part.NAME) if slips else _at(found),
            *([At(first, label="the first")] if first is not None else []),
            note=f"libvirt says: {row.said[0]}",
            severity=severity,
        )


def _at(found: Found) -> At:
    """Return the value of an attribute, the text of an element that has one only, or the start tag."""
    if found.attribute is not None:
        return At(found.node, found.attribute)
    is_text = not found.node.children() and found.node.text.strip()
    return At(found.node, part=Part.TEXT if is_text else None)
