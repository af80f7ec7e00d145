"""What other programs make of a file is the same with the comments of ``--add-ignore`` and without, comments aside."""

import re
import shutil
import subprocess
from functools import partial

import jinja2
import pytest

from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.document import Document

JOB = Job(chosen_rules(Config()))
DOMAIN = """\
<domain type='kvm' id='3'>
  <name>a</name>
  <devices>
    <channel type='pty'><alias name='channel0'/>
      <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
    </channel>
  </devices>
</domain>
"""


def with_comments(text, name, least):
    """Return a text with comments: so many at least, and nothing that is left."""
    result = Run.lint([Source(name, partial(bytes, text.encode()))], JOB).ignore(0)
    assert result.file.report.findings == ()
    assert result.comments >= least
    return result.file.after.decode()


def elements(text):
    """Return the elements of a text, with their attributes and what is written in those without children."""
    root = Document.parse(text.strip().encode()).root
    return [(node.tag, node.attributes, "" if node.children() else node.text) for node in root.descendants("*")]


JINJA = """\
<domain type='kvm' id='3'>
  <name>{{ name }}</name>
  <devices>{# note #}
    {% for port in ports -%}
    {% if port.pty %}<channel type='pty'>{% else %}<channel type='unix'>{% endif %}
      <target type='virtio' name='{{ port.name }}' state='connected'/>
    </channel>
    {%- endfor %}
    {% if more %}
    <channel type='tcp'>{% set a = 1 %}
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    {% elif other %}
      <channel type='udp'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>{% endif %}
    {% raw %}<channel type='null'>
      <target type='virtio' name='org.qemu.guest_agent.1 '/></channel>{% endraw %}
  </devices>
</domain>
"""


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("trim", [True, False])
def test_template_renders_the_same_domain(more, trim):
    environment = jinja2.Environment(trim_blocks=trim, undefined=jinja2.StrictUndefined)
    values = {"name": "a", "more": more, "other": not more}
    values["ports"] = [{"pty": True, "name": "x"}, {"pty": False, "name": "y"}]
    before, after = (
        environment.from_string(text).render(values) for text in (JINJA, with_comments(JINJA, "a.xml.j2", 4))
    )
    assert "<!-- chanfix" in after
    assert elements(before) == elements(after)


QUOTED = DOMAIN.replace("'", '"')
ONE_LINE = QUOTED.replace("\n", "")
SHELL = f"""\
cat <<X
{DOMAIN}X
cat <<-'X'
{re.sub("(?m)^", chr(9), DOMAIN)}X
echo '{QUOTED}'
echo "{DOMAIN}"
"""
PYTHON = f"""\
print('''{QUOTED}''')
print('{ONE_LINE}')
print('''{QUOTED}''' % ())
print('''{QUOTED}'''.format())
print(f'''{QUOTED}''')
"""
PERL = f"""\
print <<"X";
{DOMAIN}X
print q{{{DOMAIN}}};
print "{DOMAIN}";
"""
NODE = f"""\
console.log(`{DOMAIN}`);
console.log('{ONE_LINE}');
"""
RUBY = f"""\
puts <<~X
  {DOMAIN.replace(chr(10), chr(10) + "  ").rstrip()}
X
puts '{QUOTED}'
"""
PHP = f"""\
<?php
echo <<<X
{DOMAIN}X;
echo '{QUOTED}';
"""
PROGRAMS = {
    "sh": ("a.sh", SHELL),
    "python3": ("a.py", PYTHON),
    "perl": ("a.pl", PERL),
    "node": ("a.js", NODE),
    "ruby": ("a.rb", RUBY),
    "php": ("a.php", PHP),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_prints_the_same_domains(program, tmp_path):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    name, text = PROGRAMS[program]
    printed = []
    for each in (text, with_comments(text, name, 4)):
        (tmp_path / name).write_text(each)
        run = subprocess.run([program, tmp_path / name], capture_output=True, text=True, check=True)
        printed.append(run.stdout)
    before, after = printed
    assert after.count("<!-- chanfix") >= 4
    assert without_comments(before) == without_comments(after)


def without_comments(text):
    return re.sub(r"<!-- chanfix: .*? -->", "", text).split()


ERB = """\
<domain type='kvm' id='3'>
  <devices>
    <% case 'a' %>
    <% when 'a' %><channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <% else %>
    <channel type='tcp'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <% end %>
  </devices>
</domain>
"""


def test_template_of_ruby_is_the_same_program(tmp_path):
    """Between a case and its first branch, text is an error there."""
    if not shutil.which("erb"):
        pytest.skip("erb is not installed")
    made = []
    for text in (ERB.replace("%>\n    <% when", "%><% when"), with_comments(ERB, "a.xml.erb", 3)):
        (tmp_path / "a.xml.erb").write_text(text.replace("%>\n    <% when", "%><% when"))
        command = ["erb", tmp_path / "a.xml.erb"]
        made.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert elements(made[0]) == elements(made[1])


STYLESHEET = """\
<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
  <xsl:template match='@*|node()'><xsl:copy><xsl:apply-templates select='@*|node()'/></xsl:copy></xsl:template>
  <xsl:template match='/domain/devices'>
    <devices>
      <xsl:choose>
        <xsl:when test='channel'><channel type='pty'>
            <target type='virtio' name='org.qemu.guest_agent.0'/>
          </channel></xsl:when>
        <xsl:otherwise>
          <channel type='tcp'>
            <target type='virtio' name='org.qemu.guest_agent.0'/>
          </channel>
        </xsl:otherwise>
      </xsl:choose>
    </devices>
  </xsl:template>
</xsl:stylesheet>
"""


def test_stylesheet_makes_the_same_text(tmp_path):
    if not shutil.which("xsltproc"):
        pytest.skip("xsltproc is not installed")
    (tmp_path / "a.xml").write_text(DOMAIN)
    made = []
    for text in (STYLESHEET, with_comments(STYLESHEET, "a.xsl", 2)):
        (tmp_path / "a.xsl").write_text(text)
        command = ["xsltproc", tmp_path / "a.xsl", tmp_path / "a.xml"]
        made.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert made[0] == made[1]


def test_yaml_holds_the_same_domain():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install 'chanfix[vars]'")
    block = re.sub("(?m)^", "    ", DOMAIN).rstrip(" ")
    text = f"one: |\n{block}two:\n  - |-\n{block}three: 1\n"
    before, after = (yaml.safe_load(each) for each in (text, with_comments(text, "a.yml", 4)))
    assert before.keys() == after.keys()
    assert elements(before["one"]) == elements(after["one"])
    assert [elements(each) for each in before["two"]] == [elements(each) for each in after["two"]]


@pytest.mark.parametrize(
    ("before", "after"), [("x: ", "\n"), ("x:\n  ", "\ny: 1\n"), ("- ", "\n- b\n"), ("{x: a}\n# ", "\n")]
)
def test_scalar_of_yaml_without_quotes_stays_one(before, after):
    yaml = pytest.importorskip("yaml")
    text = before + DOMAIN.replace("\n", " ").strip() + after
    result = Run.lint([Source("a.yml", text.encode)], JOB).ignore(0)
    file = result.file.after.decode()
    assert re.sub("<!--.*?-->", "", str(yaml.safe_load(file))) == str(yaml.safe_load(text))
