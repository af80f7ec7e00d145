"""An element, attribute or value is one that the libvirt which the domain is for does not know yet.

What it does
    With ``--libvirt-version`` (or ``libvirt-version`` in the configuration) reports what libvirt's schemas got later:
    the exact version where its documentation names it, else the releases between which it came. Without a version it
    says nothing.

Why it matters
    An older libvirt drops an element or attribute that it does not know without a word, and refuses the domain for most
    values: ``unsupported configuration: unknown watchdog model 'itco'``.

Fix
    None: what the domain is to do without is not known.

References
    https://libvirt.org/formatdomain.html, which tells since when; libvirt ``src/conf/schemas/domaincommon.rng``
"""

from chanfix.domain.vocabulary import outcome, since, written_value
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule
from chanfix.xml.contexts import Stray


class NeedsNewerLibvirt(Rule):
    severity = ERROR
    since = "0.2.0"
    yields_to = ("channel-schema",)
    examples = (
        Bad("<watchdog model='itco' action='reset'/>\n", at="itco", version="9.0.0"),
        Bad(
            "<crypto model='virtio' type='qemu'>\n  <backend model='builtin'/>\n</crypto>\n",
            at="<crypto model='virtio' type='qemu'>",
            version="8.0.0",
        ),
        Good("<watchdog model='itco' action='reset'/>\n"),
        Good("<watchdog model='itco' action='reset'/>\n", version="11.3.0"),
    )

    def newer_part(self, stray: Stray, domain: Domain, facts: Facts) -> Drafts:
        version, known = facts.version, since(stray)
        if not known.is_missing_in(version):
            return
        node, name = stray.node, stray.attribute
        if name is not None:
            at = At(node, name) if stray.values else At(node, name, part=Part.NAME)
            what = f"'{name}' of <{node.tag}>"
        else:
            at = At(node, part=Part.TEXT) if stray.values else At(node)
            what = f"<{node.tag}>"
        if stray.values:
            what = f"{what} is '{written_value(stray)}', which"
        does = {"refused": ": it refuses the domain", "dropped": ": it drops it"}.get(outcome(stray), "")
        severity = None if outcome(stray) == "refused" else WARNING
        yield self.finding(
            f"{what} libvirt knows since {known}; the domain is for {version}{does}", at, severity=severity
        )
