"""An element, attribute or value is one that the libvirt which the domain is for does not know yet.

What it does
    With a version (``--libvirt-version``, or ``libvirt-version`` in the configuration) or a target (``--target``) it
    reports what libvirt's schemas got later. It names the exact version where libvirt's documentation does, else the
    releases between which it came. Without a version and a target it reports nothing.

Why it matters
    An older libvirt drops an element or attribute that it does not know without a word, and refuses the domain for most
    values: ``unsupported configuration: unknown watchdog model 'itco'``.

Fix
    None: what the domain is to do without is not known.

References
    https://libvirt.org/formatdomain.html, which tells since when; libvirt ``src/conf/schemas/domaincommon.rng``
"""

from chanfix.domain.vocabulary import outcome, since, written_tag, written_value
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule
from chanfix.xml.contexts import Stray


class NeedsNewerLibvirt(Rule):
    severity = ERROR
    about_targets = True
    refusals = (
        "unknown watchdog model '*'",
        "unexpected feature '*'",
    )
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
        node, name, tag = stray.node, stray.attribute, written_tag(stray.node)
        what = f"<{tag}>" if name is None else f"'{name}' of <{tag}>"
        part: Part | None = Part.TEXT if name is None else Part.VALUE
        if stray.values:
            what = f"'{written_value(stray)}' in {what}"
        else:
            part = Part.NAME if name is not None else None
        is_refused = outcome(stray) == "refused"
        does = {"refused": "refuses", "dropped": "drops"}.get(outcome(stray), "does not know")
        came = f"came with {known.by}" if known.after is None else f"came between {known.after} and {known.by}"
        yield self.finding(
            f"libvirt {version} {does} {what}: it {came}",
            At(node, name, part=part),
            severity=None if is_refused else WARNING,
        )
