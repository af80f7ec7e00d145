"""The file is not XML.

What it does
    Reports a text that is not well-formed XML, at the place where an XML parser gives up: a tag that is not closed, an
    ampersand on its own, a prefix that is not declared, bytes that are not of the declared encoding.

    Two things are infos. Several documents in one text, one after the other, are each looked at by itself. In an
    example, a prompt of the shell at the beginning of each line makes what is copied from there no XML.

Why it matters
    libvirt refuses such a file with ``(domain_definition):4: Opening and ending tag mismatch``, and no other rule can
    be asked about it. The file cannot hold a comment that turns this off either; ``per-file-ignores`` can.

Fix
    None: what was meant is not known. A template that is not XML before it is rendered is no case of this rule when it
    is named like one, as in ``web.xml.j2``.

References
    https://www.w3.org/TR/xml/#sec-well-formed
"""

from chanfix.lint.rule import ERROR, Bad, Good, Rule


class NotWellFormed(Rule):
    severity = ERROR
    # What libxml2 says stands behind the line.
    refusals = ("Premature end of data in tag * line *", "(domain_definition):*:", "Opening and ending tag mismatch: *")
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'>
</channel>
""",
            at="channel",
        ),
        Bad(
            """\
<domain type='kvm'>
  <qemu:commandline/>
</domain>
""",
            at="<qemu:commandline",
        ),
        Good(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <qemu:commandline/>
</domain>
"""
        ),
    )
