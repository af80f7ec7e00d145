"""How each template language writes the same template: conditions, loops, and what leaves a loop."""

from dataclasses import dataclass
from itertools import product
from typing import Any

AGENT = "<channel type='unix'>\n<target type='virtio' name='org.qemu.guest_agent.0'/>\n</channel>"
PTY = AGENT.replace("unix", "pty")
INPUT = "<input type='tablet' bus='usb'/>"
VNC = "<graphics type='vnc'/>"

VALUES: list[dict[str, Any]] = [
    {"name": "web", "a": a, "b": b, "items": items}
    for a, b, items in product(
        (False, True), (False, True), ([], [{"on": True}], [{"on": False}], [{"on": False}, {"on": True}])
    )
]
"""Every combination of the conditions ``a`` and ``b`` and of the loops over ``items``."""


@dataclass(frozen=True)
class Syntax:
    """The words of one language; ``COND`` is the name of a condition. What is empty the language does not have."""

    language: str
    ending: str
    value: str
    when: str
    unless: str
    otherwise: str
    end: str
    loop: str
    end_loop: str
    elif_: str = ""
    skip: str = ""
    end_unless: str = ""

    def domain(self, devices: str) -> str:
        """Return a domain with devices, a line for each of their lines."""
        return f"<domain type='kvm'>\n<name>{self.value}</name>\n<devices>\n{devices}\n</devices>\n</domain>\n"

    def if_(self, condition: str, inside: str, otherwise: str | None = None) -> str:
        """Return a block with one arm or two."""
        when, end = self.when.replace("COND", condition), self.end.replace("COND", condition)
        middle = [] if otherwise is None else [self.otherwise.replace("COND", condition), otherwise]
        return "\n".join([when, inside, *middle, end])

    def unless_(self, condition: str, inside: str) -> str:
        """Return a block that is there where a condition does not hold."""
        end = (self.end_unless or self.end).replace("COND", condition)
        return "\n".join([self.unless.replace("COND", condition), inside, end])

    def loop_(self, inside: str) -> str:
        """Return a loop over the items."""
        return "\n".join([self.loop, inside, self.end_loop])


JINJA = Syntax(
    "jinja",
    ".xml.j2",
    "{{ name }}",
    "{% if COND %}",
    "{% if not COND %}",
    "{% else %}",
    "{% endif %}",
    "{% for d in items %}",
    "{% endfor %}",
    "{% elif COND %}",
    "{% if not d.on %}{% continue %}{% endif %}",
)
DJANGO = Syntax(
    "django",
    ".djhtml",
    "{{ name }}",
    "{% if COND %}",
    "{% if not COND %}",
    "{% else %}",
    "{% endif %}",
    "{% for d in items %}",
    "{% endfor %}",
    "{% elif COND %}",
)
LIQUID = Syntax(
    "liquid",
    ".xml.liquid",
    "{{ name | default: 'x' }}",
    "{% if COND %}",
    "{% unless COND %}",
    "{% else %}",
    "{% endif %}",
    "{% for d in items %}",
    "{% endfor %}",
    "{% elsif COND %}",
    "{% unless d.on %}{% continue %}{% endunless %}",
    "{% endunless %}",
)
TWIG = Syntax(
    "twig",
    ".xml.twig",
    "{{ name ? name : 'x' }}",
    "{% if COND %}",
    "{% if not COND %}",
    "{% else %}",
    "{% endif %}",
    "{% for d in items %}",
    "{% endfor %}",
    "{% elseif COND %}",
)
ERB = Syntax(
    "erb",
    ".xml.erb",
    "<%= name %>",
    "<% if COND -%>",
    "<% unless COND -%>",
    "<% else -%>",
    "<% end -%>",
    "<% items.each do |d| -%>",
    "<% end -%>",
    "<% elsif COND %>",
    "<% next unless d['on'] %>",
)
EJS = Syntax(
    "ejs",
    ".xml.ejs",
    "<%= name %>",
    "<% if (COND) { %>",
    "<% if (!COND) { -%>",
    "<% } else { %>",
    "<%_ } _%>",
    "<% for (const d of items) { %>",
    "<% } %>",
    "<% } else if (COND) { %>",
    "<% if (!d.on) continue; %>",
)
GO = Syntax(
    "go",
    ".xml.gotmpl",
    "{{ .name }}",
    "{{- if $.COND }}",
    "{{ if not $.COND }}",
    "{{ else -}}",
    "{{ end }}",
    "{{ range $d := $.items }}",
    "{{- end -}}",
    "{{ else if $.COND }}",
    "{{ if not $d.on }}{{continue}}{{ end }}",
)
HANDLEBARS = Syntax(
    "handlebars",
    ".xml.hbs",
    "{{name}}",
    "{{#if @root.COND}}",
    "{{#unless @root.COND}}",
    "{{else}}",
    "{{/if}}",
    "{{#each items}}",
    "{{/each}}",
    "{{else if @root.COND}}",
    end_unless="{{/unless}}",
)
MUSTACHE = Syntax(
    "mustache",
    ".xml.mustache",
    "{{name}}",
    "{{#COND}}",
    "{{^COND}}",
    "{{/COND}}\n{{^COND}}",
    "{{/COND}}",
    "{{#items}}",
    "{{/items}}",
)
MAKO = Syntax(
    "mako",
    ".xml.mako",
    "${name}",
    "% if COND:",
    "  % if not COND:",
    "% else:",
    "% endif",
    "% for d in items:",
    "% endfor",
    "% elif COND: # the other",
    "<% if not d['on']: continue %>",
)
TERRAFORM = Syntax(
    "terraform",
    ".xml.tftpl",
    "${name}",
    "%{ if COND }",
    "%{ if !COND ~}",
    "%{ else }",
    "%{~ endif ~}",
    "%{ for d in items }",
    "%{ endfor }",
)
TEMPLATE_TOOLKIT = Syntax(
    "template_toolkit",
    ".xml.tt",
    "[% name %]",
    "[% IF COND %]",
    "[%- UNLESS COND -%]",
    "[% ELSE %]",
    "[% END %]",
    "[% FOREACH d IN items %]",
    "[% END %]",
    "[% ELSIF COND %]",
    "[% NEXT UNLESS d.on %]",
)
SMARTY = Syntax(
    "smarty",
    ".xml.tpl",
    "{$name}",
    "{if $COND}",
    "{if !$COND}",
    "{else}",
    "{/if}",
    "{foreach $items as $d}",
    "{/foreach}",
    "{elseif $COND}",
    "{if !$d.on}{continue}{/if}",
)
VELOCITY = Syntax(
    "velocity",
    ".xml.vm",
    "${name}",
    "#if($COND)",
    "#if(!$COND)",
    "#else",
    "#end",
    "#foreach($d in $items)",
    "#end",
    "#elseif($COND)",
)
PHP = Syntax(
    "php",
    ".xml.php",
    "<?= $name ?>",
    "<?php if ($COND): ?>",
    "<?php if (!$COND): ?>",
    "<?php else: ?>",
    "<?php endif; ?>",
    "<?php foreach ($items as $d): ?>",
    "<?php endforeach ?>",
    "<?php elseif ($COND): ?>",
    "<?php if (!$d['on']) continue; ?>",
)
PHP_BRACES = Syntax(
    "php",
    ".xml.php",
    "<?= $name ?>",
    "<?php if ($COND) { ?>",
    "<?php if (!$COND) { ?>",
    "<?php } else { ?>",
    "<?php } ?>",
    "<?php foreach ($items as $d) { ?>",
    "<?php } ?>",
    "<?php } elseif ($COND) { ?>",
    "<?php if (!$d['on']) { continue; } ?>",
)

SYNTAXES = {
    "Jinja": JINJA,
    "Django": DJANGO,
    "Liquid": LIQUID,
    "Twig": TWIG,
    "ERB": ERB,
    "EJS": EJS,
    "Go": GO,
    "Handlebars": HANDLEBARS,
    "Mustache": MUSTACHE,
    "Mako": MAKO,
    "Terraform": TERRAFORM,
    "Template Toolkit": TEMPLATE_TOOLKIT,
    "Smarty": SMARTY,
    "Velocity": VELOCITY,
    "PHP": PHP,
    "PHP with braces": PHP_BRACES,
}
