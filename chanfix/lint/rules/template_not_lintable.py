"""The file is a template that cannot be read where it stands.

What it does
    Reports a template of which no XML is left when its own constructs are masked: one that makes tags out of variables,
    opens an element in one macro and closes it elsewhere, or is not what its language reads. The place is where the XML
    breaks, or the construct that does not fit.

Why it matters
    A template is linted where it stands: Jinja, ERB, Go templates, ``${VAR}``, ``%VAR%`` and ``@var@`` are masked byte
    for byte, and what they fill in is taken for unknown. Of this file nothing has been looked at, which is no fault of
    it. No comment in it can turn this off; ``per-file-ignores`` can.

Fix
    None: render the template and lint what comes of it (``--vars`` does that for Jinja), or keep the tags out of the
    constructs.

References
    https://jinja.palletsprojects.com/en/stable/templates/
"""

from __future__ import annotations

from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import Bad, Fixable, Good, MadeByEngine

__all__ = ["TemplateNotLintable"]


class TemplateNotLintable(MadeByEngine):
    """A template that no mask makes XML of."""

    name = "template-not-lintable"
    summary = "the template is not XML with its constructs masked"
    severity = Severity.INFO
    fixable = Fixable.NEVER
    since = "0.1.0"
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
