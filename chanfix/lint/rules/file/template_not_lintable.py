"""The file is a template that cannot be read where it stands, or words in it are to be replaced.

What it does
    Reports a template of which no XML is left when its own constructs are masked: one that makes tags out of variables,
    opens an element in one macro and closes it elsewhere, or is not what its language reads. The place is where the XML
    breaks, or the construct that does not fit. So is a text that is no XML for a placeholder outside of a value:
    ``port=$PORT``, ``<$TAG>``, ``&NAME;``.

    In a script, a string of a program or a document it points at XML of which nothing can be read for what the
    language fills in, or at the first domain beyond a thousand in one file.

    In a text that is XML it points at the first value that some rule calls an error and that looks like a word which is
    to be replaced: ``VM_MEMORY``, ``CHANGEME``, ``YOUR-UUID-HERE``, ``XX:XX``. This one finding is in the place of all
    errors about such values in the file.

Why it matters
    A template is linted where it stands: Jinja, ERB, Go templates, Genshi, XSLT and placeholders such as ``${VAR}`` and
    ``%VAR%`` are masked byte for byte, and what they fill in is unknown. Where no XML is left nothing in the file has
    been looked at, which is no fault of it, and no comment in it can turn this off; ``per-file-ignores`` can.

Fix
    None: render the template and lint the result (``--vars`` does that for Jinja), or keep the tags out of the
    constructs.

References
    https://jinja.palletsprojects.com/en/stable/templates/
"""

from chanfix.lint.rule import INFO, Bad, Good, Rule


class TemplateNotLintable(Rule):
    severity = INFO
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <devices>
    {{ opening_tag(channel) }}
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            at="channel",
        ),
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='AGENT_PORT'/>
</channel>
""",
            at="AGENT_PORT",
        ),
        Good(
            """\
<domain type='{{ type }}'>
  <devices>
    {% for name in names %}
    <channel type='unix'>
      <target type='virtio' name='{{ name }}'/>
    </channel>
    {% endfor %}
  </devices>
</domain>
"""
        ),
    )
