"""The file carries libvirt's "auto-generated file" banner.

What it does
    Reports the comment that libvirt puts at the top of the files it keeps below ``/etc/libvirt/qemu``, and that a copy
    of such a file still has. A snapshot or another record of libvirt's is left alone.

Why it matters
    In libvirt's own folder, what is changed in the file is lost: libvirtd reads it at its start only and writes it
    again with each change of the domain. Use ``virsh edit``, or ``virsh define`` with a file of your own. In a copy the
    banner is wrong: nothing overwrites it.

Fix
    None: the comment belongs to the file's author.

References
    libvirt ``src/util/virxml.c:virXMLEmitWarning``; https://github.com/Fmstrat/winapps/pull/116
"""

from chanfix.lint.rule import INFO, Bad, Domain, Drafts, Facts, Good, Rule

_BANNER = "THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE"


class AutogenHeader(Rule):
    severity = INFO
    about_live_state = True
    only_if_text_has = (b"AUTO-GENERATED",)
    examples = (
        Bad(
            """\
<!--
WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:
  virsh edit web
or other application using the libvirt API.
-->

<domain type='kvm'>
  <name>web</name>
</domain>
""",
            at="""\
<!--
WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:
  virsh edit web
or other application using the libvirt API.
-->""",
        ),
        Good(
            """\
<!-- Our web server. -->
<domain type='kvm'>
  <name>web</name>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        document = domain.document
        # What a file of another kind says of itself is not about a definition.
        if domain.node.parent is not None or _BANNER.encode() not in document.data:
            return
        start = domain.node.place.span.start
        for comment in document.comments:
            if comment.end <= start and _BANNER in document.text(comment):
                yield self.finding(
                    "libvirt's banner of the files that it keeps itself, where edits are lost; in a copy it is wrong",
                    comment,
                )
