"""Devices as only one language writes them, by the name of its syntax: each case is judged by rendering it."""

# ruff: noqa: E501

from syntaxes import AGENT, INPUT, PTY, VNC

__all__ = ["OWN_CASES"]

OWN_CASES = {
    "Jinja": {
        "for with else": f"{{% for d in items %}}{AGENT}{{% else %}}{AGENT}{{% endfor %}}",
        "a macro that is called once": (
            f"{{% macro m() %}}{AGENT}{{% endmacro %}}{{% if a %}}{{{{ m() }}}}{{% else %}}{AGENT}{{% endif %}}"
        ),
        "a macro beside a channel": f"{{% macro m() %}}{AGENT}{{% endmacro %}}{AGENT}",
        "a block that is called": (
            f"{{% macro m() %}}{{{{ caller() }}}}{{% endmacro %}}{{% call m() %}}{AGENT}{{% endcall %}}"
        ),
        "text that is kept": f"{{% set kept %}}{AGENT}{{% endset %}}{{% if a %}}{{{{ kept }}}}{{% endif %}}",
        "a block to override": f"{{% block devices %}}{AGENT}{{% endblock %}}{{% if a %}}{PTY}{{% endif %}}",
        "raw text": f"{{% raw %}}<!-- {{% if a %}} -->{{% endraw %}}{{% if a %}}{AGENT}{{% endif %}}",
        "filters, and white space taken away": (
            f"{{%- filter indent(2) -%}}{{%- if a -%}}{AGENT}{{%- endif -%}}{{%- endfilter -%}}"
        ),
        "if in if": (
            f"{{% if a %}}{{% if b %}}{AGENT}{{% else %}}{VNC}{{% endif %}}{{% elif b %}}{AGENT}{{% else %}}"
            f"{PTY}{{% endif %}}"
        ),
        "a break": f"{{% for d in items %}}{{% if d.on %}}{{% break %}}{{% endif %}}{AGENT}{{% endfor %}}{PTY}",
        "a comment": f"{{# {AGENT} {{% if a %}} #}}{{% if a %}}{AGENT}{{% endif %}}",
    },
    "Django": {
        "a comment": f"{{% comment %}}{AGENT}{{% if a %}}{{% endcomment %}}{{% if a %}}{AGENT}{{% endif %}}",
        "verbatim": f"{{% verbatim %}}<!-- {{% if a %}} {{{{ b }}}} -->{{% endverbatim %}}{{% if a %}}{AGENT}{{% endif %}}",
        "for with empty": f"{{% for d in items %}}{AGENT}{{% empty %}}{AGENT}{{% endfor %}}",
        "ifchanged": f"{{% for d in items %}}{{% ifchanged d.on %}}{AGENT}{{% else %}}{PTY}{{% endifchanged %}}{{% endfor %}}",
        "a filter in a condition": f"{{% if items|length > 1 and a %}}{AGENT}{{% else %}}{AGENT}{{% endif %}}",
        "spaceless": f"{{% spaceless %}}{AGENT}{{% if a %}}{PTY}{{% endif %}}{{% endspaceless %}}",
        "with": f"{{% with c=a %}}{{% if c %}}{AGENT}{{% endif %}}{{% endwith %}}{{% if b %}}{AGENT}{{% endif %}}",
        "a comment in one line": f"{{# {{% if a %}} #}}{{% if a %}}{AGENT}{{% else %}}{AGENT}{{% endif %}}",
    },
    "Liquid": {
        "case": f"{{% case a %}}{{% when true %}}{AGENT}{{% when false %}}{AGENT}{{% endcase %}}",
        "case with else": f"{{% case a %}}{{% when true %}}{VNC}{AGENT}{{% else %}}{PTY}{{% endcase %}}",
        "unless with else": f"{{% unless a %}}{AGENT}{{% else %}}{AGENT}{{% endunless %}}",
        "capture": f"{{% capture kept %}}{AGENT}{{% endcapture %}}{{% if a %}}{{{{ kept }}}}{{% else %}}{AGENT}{{% endif %}}",
        "a comment": f"{{%- comment -%}}{AGENT}{{%- endcomment -%}}{{% if a %}}{AGENT}{{% endif %}}",
        "several tags in one": f"{{%- liquid\nif a\n  assign c = a\nendif\n-%}}{{% if c %}}{AGENT}{{% else %}}{AGENT}{{% endif %}}",
        "for with else": f"{{% for d in items %}}{AGENT}{{% break %}}{{% else %}}{AGENT}{{% endfor %}}",
        "assign": f"{{% assign c = a | default: false %}}{{% if c %}}{AGENT}{{% endif %}}{{% unless c %}}{AGENT}{{% endunless %}}",
        "tablerow": f"{AGENT}{{% if a %}}{{% for d in items %}}{INPUT}{{% endfor %}}{{% endif %}}",
    },
    "Twig": {
        "set and with": f"{{% set c = a %}}{{% with {{d: b}} %}}{{% if c %}}{AGENT}{{% endif %}}{{% endwith %}}",
        "a block": f"{{% block devices %}}{AGENT}{{% endblock %}}{{% if a %}}{PTY}{{% endif %}}",
        "a block in short": f"{{% block devices name %}}{{% if a %}}{AGENT}{{% else %}}{AGENT}{{% endif %}}",
        "apply": f"{{% apply trim %}}{{% if a %}}{AGENT}{{% endif %}}{{% endapply %}}{{% if b %}}{AGENT}{{% endif %}}",
        "a ternary": f"{{{{ a ? '' : '' }}}}{{% if a %}}{AGENT}{{% else %}}{AGENT}{{% endif %}}",
        "verbatim": f"{{% verbatim %}}<!-- {{% if %}} -->{{% endverbatim %}}{{% if a %}}{AGENT}{{% endif %}}",
        "for with else": f"{{% for d in items %}}{AGENT}{{% else %}}{AGENT}{{% endfor %}}",
    },
    "ERB": {
        "case": f"<% case a\n   when true -%>{AGENT}<% when false %>{AGENT}<% end %>",
        "unless with else": f"<% unless a %>{AGENT}<% else %>{AGENT}<% end %>",
        "a block in braces": f"<% items.map {{ |d| %>{AGENT}<% }} %>",
        "rescue": f"<% begin %>{AGENT}<% raise 'x' if a %><% rescue => error %>{PTY}<% end %>",
        "one construct that closes and opens": f"<% if a %>{AGENT}<% end; if b %>{PTY}<% end %>",
        "else and another if": f"<% if a %>{AGENT}<% else if b %>{AGENT}<% end end %>",
        "a method": f"<% def row %>{AGENT}<% end %><% if a %>{AGENT}<% end %>",
        "while": f"<% i = 0; while i < items.size do i += 1 %>{AGENT}<% end %>",
        "a string with words and braces": f'<% x = "if {{ do" %><% if a %>{AGENT}<% else %>{AGENT}<% end %>',
        "a comment in code": f"<% if a # unless b, do it %>{AGENT}<% else %>{AGENT}<% end %>".replace(" %>", "\n%>", 1),
        "escaped marks": f"<!-- <%% if a %%> --><% if a %>{AGENT}<% end %>",
        "an early end": f"<% if a %>{AGENT}<% end %><% items.each do |d|\n next if d['on'] %>{AGENT}<% end %>",
        "if behind an expression": f"<% x = 1 if a %><% if a %>{AGENT}<% end if true %>{PTY}",
        "break out of a loop": f"<% items.each do |d| %>{AGENT}<% break if a %>{PTY}<% end %>{PTY}",
    },
    "EJS": {
        "forEach": f"<% items.forEach(function(d) {{ %>{AGENT}<% }}) %>",
        "an arrow function": f"<% items.forEach(d => {{ %>{AGENT}<% }}); %>{INPUT}",
        "a jump out of an arrow function": f"<% items.forEach((d) => {{ if (!d.on) return; %>{AGENT}<% }}); %>{PTY}",
        "switch": (
            f"<% switch (a) {{ case true: %>{AGENT}<% break; case false: %>{AGENT}<% break; default: %>{PTY}<% }} %>"
        ),
        "switch that falls through": f"<% switch (a) {{ case true: %>{AGENT}<% case false: %>{AGENT}<% }} %>",
        "braces and words in strings": f"<% const x = '}} else {{'; if (a) {{ // }}\n %>{AGENT}<% }} else {{ /* {{ */ %>{AGENT}<% }} %>",
        "try": f"<% try {{ %>{AGENT}<% if (a) throw 1 }} catch (error) {{ %>{PTY}<% }} %>",
        "one construct that closes and opens": f"<% if (a) {{ %>{AGENT}<% }} if (b) {{ %>{AGENT}<% }} %>",
        "an object": f"<% const x = {{y: {{z: 1}}}} %><% if (x.y.z && a) {{ %>{AGENT}<% }} else {{ %>{AGENT}<% }} %>",
        "a comment": f"<%# if (a) {{ %><% if (a) {{ %>{AGENT}<% }} %>",
        "a function": f"<% function row() {{ %>{AGENT}<% }} %><% if (a) {{ row() }} else {{ %>{AGENT}<% }} %>",
        "white space taken away": f"<%_ if (a) {{ _%>\n{AGENT}\n<%_ }} else {{ _%>\n{AGENT}\n<%_ }} -%>",
    },
    "Go": {
        "with and else": f"{{{{ with .a }}}}{AGENT}{{{{ else }}}}{AGENT}{{{{ end }}}}",
        "range and else": f"{{{{ range .items }}}}{AGENT}{{{{ else }}}}{AGENT}{{{{ end }}}}",
        "a template": (
            f'{{{{ define "m" }}}}{AGENT}{{{{ end }}}}{{{{ if .a }}}}{{{{ template "m" . }}}}{{{{ else }}}}{AGENT}{{{{ end }}}}'
        ),
        "a block": f'{{{{ block "m" . }}}}{AGENT}{{{{ end }}}}{{{{ if .a }}}}{PTY}{{{{ end }}}}',
        "a comment": f"{{{{/* if .a }}}} {AGENT} */ -}}}}{{{{ if .a }}}}{AGENT}{{{{ end }}}}",
        "marks in strings": f'{{{{ $x := "}}}}{{{{ if" }}}}{{{{ if and .a $x }}}}{AGENT}{{{{ else }}}}{AGENT}{{{{ end }}}}',
        "break out of a loop": f"{{{{ range .items }}}}{AGENT}{{{{ if $.a }}}}{{{{break}}}}{{{{ end }}}}{PTY}{{{{ end }}}}",
    },
    "Handlebars": {
        "an inverted section": f"{{{{#a}}}}{AGENT}{{{{/a}}}}{{{{^a}}}}{AGENT}{{{{/a}}}}",
        "a caret for else": f"{{{{#if a}}}}{AGENT}{{{{^}}}}{AGENT}{{{{/if}}}}",
        "each with else": f"{{{{#each items}}}}{AGENT}{{{{else}}}}{AGENT}{{{{/each}}}}",
        "with": f"{{{{#with items}}}}{AGENT}{{{{else}}}}{AGENT}{{{{/with}}}}",
        "an inline partial": (
            f'{{{{#*inline "m"}}}}{AGENT}{{{{/inline}}}}{{{{#if a}}}}{{{{> m}}}}{{{{else}}}}{AGENT}{{{{/if}}}}'
        ),
        "a block partial": (
            f'{{{{#*inline "m"}}}}{{{{> @partial-block}}}}{{{{/inline}}}}{{{{#> m}}}}{AGENT}{{{{/m}}}}'
        ),
        "comments": (
            f"{{{{! {{{{#if a }}}}{{{{!-- }}}} {AGENT} {{{{/if}}}} --}}}}{{{{#if a}}}}{AGENT}{{{{else}}}}{AGENT}{{{{/if}}}}"
        ),
        "white space taken away": f"{{{{~#if a~}}}} {AGENT} {{{{~else~}}}} {AGENT} {{{{~/if~}}}}",
        "raw values": f"<!-- {{{{{{name}}}}}} {{{{&name}}}} -->{{{{#if a}}}}{AGENT}{{{{/if}}}}{{{{#if b}}}}{PTY}{{{{/if}}}}",
        "else if": f"{{{{#if a}}}}{AGENT}{{{{else if b}}}}{AGENT}{{{{else unless a}}}}{AGENT}{{{{/if}}}}",
        "a value that is kept": f"<!-- \\{{{{#if a}}}} -->{{{{#if a}}}}{AGENT}{{{{/if}}}}",
    },
    "Mustache": {
        "two blocks": f"{{{{#a}}}}{AGENT}{{{{/a}}}}{{{{#b}}}}{AGENT}{{{{/b}}}}",
        "a section in a section": f"{{{{#a}}}}{{{{^b}}}}{AGENT}{{{{/b}}}}{{{{/a}}}}{{{{^a}}}}{PTY}{{{{/a}}}}",
        "a comment": f"{{{{! {{{{#a }}}}{{{{#a}}}}{AGENT}{{{{/a}}}}",
        "raw values": f"<!-- {{{{{{name}}}}}} {{{{&name}}}} -->{{{{^a}}}}{AGENT}{{{{/a}}}}",
    },
    "Mako": {
        "a loop with else": f"% for d in items:\n{AGENT}\n% else:\n{PTY}\n% endfor",
        "try": f"% try:\n{AGENT}\n<% if a: raise ValueError %>\n% except ValueError:\n{PTY}\n% endtry",
        "while": f"<% i = 0 %>\n% while i < len(items):\n<% i += 1 %>\n{AGENT}\n% endwhile",
        "a def": f'<%def name="m()">{AGENT}</%def>\n% if a:\n${{m()}}\n% else:\n{AGENT}\n% endif',
        "a block": f'<%block name="m">{AGENT}</%block>\n% if a:\n{PTY}\n% endif',
        "a block without a name": f"<%block>\n% if a:\n{AGENT}\n% endif\n</%block>",
        "a comment": f"## % if a:\n<%doc>{AGENT}\n% if a:\n</%doc>\n% if a:\n{AGENT}\n% endif",
        "text": f"<%text><!-- ${{a}}\n% if a:\n--></%text>\n% if a:\n{AGENT}\n% endif",
        "a line with a sign": f"<!--\n%% if a:\n-->\n% if a:\n{AGENT}\n% endif",
        "braces in an expression": f"<!-- ${{ {{'}}': '%>'}}['}}'] }} -->\n% if a:\n{AGENT}\n% else:\n{AGENT}\n% endif",
        "a line that goes on": f"% if a and \\\n  b:\n{AGENT}\n% else:\n{AGENT}\n% endif",
        "a function in a module": f"<%!\ndef f():\n    return '%' + '}}'\n%>\n% if a:\n{AGENT}\n% endif\n% if b:\n{AGENT}\n% endif",
        "an early return": f"% for d in items:\n<% if a: break %>\n{AGENT}\n% endfor\n{PTY}",
        "a call": f'<%def name="m()">${{caller.body()}}</%def><%self:m>{AGENT}</%self:m>',
        "a line joined to the next": f"% if a:\n<input type='tablet' \\\nbus='usb'/>\n{AGENT}\n% endif",
    },
    "Terraform": {
        "text": f"<!-- $${{a}} %%{{ if a }} -->%{{ if a }}{AGENT}%{{ endif }}",
        "strings": f'<!-- ${{ "}} $${{ %%{{ if" }} -->%{{ if a }}{AGENT}%{{ else }}{AGENT}%{{ endif }}',
        "white space taken away": f"%{{~ if a ~}} {AGENT} %{{~ else ~}} {AGENT} %{{~ endif ~}}",
        "a loop in an arm": f"%{{ if a }}{AGENT}%{{ else }}%{{ for d in items }}{AGENT}%{{ endfor }}%{{ endif }}",
    },
    "Template Toolkit": {
        "switch": f"[% SWITCH a %][% CASE 1 %]{AGENT}[% CASE %]{AGENT}[% END %]",
        "behind a statement": f"[% x = 1 IF a %][% SET y = 2 %][% IF a %]{AGENT}[% END %][% '' UNLESS b %]{PTY}",
        "a block": f"[% BLOCK m %]{AGENT}[% END %][% IF a %][% INCLUDE m %][% ELSE %]{AGENT}[% END %]",
        "kept text": f"[% kept = BLOCK %]{AGENT}[% END %][% kept IF a %]",
        "a comment": f"[%# IF a %][% # IF b\n IF a # END\n %]{AGENT}[% END %]",
        "a filter": f"[% FILTER indent(2); IF a %]{AGENT}[% END; END %][% IF b %]{AGENT}[% END %]",
        "several statements": f"[% IF a; x = 1; END; IF a %]{AGENT}[% ELSE %]{AGENT}[% END %]",
        "try": f"[% TRY %]{AGENT}[% THROW x IF a %][% CATCH %]{PTY}[% END %]",
        "a wrapper": f"[% BLOCK m %][% content IF a %][% END %][% WRAPPER m %]{AGENT}[% END %]",
        "last": f"[% WHILE (d = items.shift) %]{AGENT}[% LAST IF a; %]{PTY}[% END %]",
        "a macro": f"[% MACRO m BLOCK %]{AGENT}[% END %][% IF a; m; ELSE %]{AGENT}[% END %]",
    },
    "Smarty": {
        "foreach with else": f"{{foreach $items as $d}}{AGENT}{{foreachelse}}{AGENT}{{/foreach}}",
        "a comment": f"{{* {{if $a}} {AGENT} *}}{{if $a}}{AGENT}{{/if}}",
        "literal text": f"{{literal}}<!-- {{if $a}} -->{{/literal}}{{if $a}}{AGENT}{{else}}{AGENT}{{/if}}",
        "a brace and a blank": f"<!-- {{ if }} -->{{if $a}}{AGENT}{{else}}{AGENT}{{/if}}",
        "kept text": f"{{capture name='m'}}{AGENT}{{/capture}}{{if $a}}{{$smarty.capture.m nofilter}}{{/if}}",
        "an assignment": f"{{$c = $a}}{{assign var='e' value=$b}}{{if $c}}{AGENT}{{/if}}{{if $e}}{AGENT}{{/if}}",
        "strings": f'{{if $name == "}}"}}{PTY}{{elseif $a}}{AGENT}{{else}}{AGENT}{{/if}}',
        "a function": f"{{function name='m'}}{AGENT}{{/function}}{{if $a}}{{m}}{{else}}{AGENT}{{/if}}",
        "a break": f"{{foreach $items as $d}}{AGENT}{{if $a}}{{break}}{{/if}}{PTY}{{/foreach}}",
        "strip": f"{{strip}}{{if $a}}{AGENT}{{/if}}{{/strip}}{{if $b}}{AGENT}{{/if}}",
    },
    "Velocity": {
        "a comment": f"## #if($a)\n#* #if($a) {AGENT} *##if($a)\n{AGENT}\n#end",
        "set": f'#set($c = $a)\n#if($c && "#end" != "x")\n{AGENT}\n#else\n{AGENT}\n#end',
        "a macro": f"#macro(m)\n{AGENT}\n#end\n#if($a)\n#m()\n#else\n{AGENT}\n#end",
        "words in braces": f"#if($a){AGENT}#{{else}}{AGENT}#{{end}}",
        "references": f"<!-- $!{{name}} $name.lower() ${{name}} -->\n#if($a)\n{AGENT}\n#end\n#if($b)\n{AGENT}\n#end",
        "brackets in strings": f'#if($name != ")(" && $a)\n{AGENT}\n#else\n{AGENT}\n#end',
    },
    "PHP": {
        "switch": f"<?php switch ($a): case true: ?>{AGENT}<?php break; case false: ?>{AGENT}<?php endswitch ?>",
        "while": f"<?php while (array_pop($items)): ?>{AGENT}<?php endwhile ?>",
        "else if": f"<?php if ($a): ?>{AGENT}<?php elseif ($b): ?>{AGENT}<?php else: ?>{PTY}<?php endif ?>",
        "what prints": f"<?php if ($a): echo '<!-- x -->'; ?>{AGENT}<?php else: print '<!-- ?> -->' ?>{AGENT}<?php endif ?>",
        "a ternary": f"<?php if ($a) $x = $b ? 1 : 2; ?><?php if ($a): ?>{AGENT}<?php else: ?>{AGENT}<?php endif ?>",
        "an end of code in a comment": f"<?php if ($a): // then ?>{AGENT}<?php else: # {{ \n ?>{AGENT}<?php endif; ?>",
    },
    "PHP with braces": {
        "switch": f"<?php switch ($a) {{ case true: ?>{AGENT}<?php break; case false: ?>{AGENT}<?php }} ?>",
        "a function": (
            f"<?php if (!function_exists('row')) {{ function row() {{ ?>{AGENT}<?php }} }} ?>"
            f"<?php if ($a) {{ row(); }} else {{ ?>{AGENT}<?php }} ?>"
        ),
        "try": f"<?php try {{ ?>{AGENT}<?php if ($a) throw new Exception; }} catch (Exception $e) {{ ?>{PTY}<?php }} ?>",
        "a callback": f"<?php array_map(function($d) use ($a) {{ if ($a) return; ?>{AGENT}<?php }}, $items); ?>{PTY}",
        "braces in strings": f'<?php $x = "}} else {{"; if ($a) {{ ?>{AGENT}<?php }} else {{ /* }} */ ?>{AGENT}<?php }} ?>',
    },
}
"""The names of the cases tell what is in them."""
