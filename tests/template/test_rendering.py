"""Jinja templates with values: what comes of them is linted, and told of where it stands in the template."""

import json
import re
from functools import partial
from itertools import pairwise

import pytest

from chanfix.errors import ConfigError
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.template.rendered import bounded
from chanfix.template.rendered.rendering import read_variables

RULES = chosen_rules(Config())
HEAD = "<domain type='kvm'>\n  <name>web</name>\n  <devices>\n"
TAIL = "\n  </devices>\n</domain>\n"
VALUES = {"kind": "pty", "name": "org.qemu.guest_agent.0", "odd": "com.example.0 ", "names": ["a", "a"], "no": False}


def channel(kind="unix", name="org.qemu.guest_agent.0"):
    return f"<channel type='{kind}'><target type='virtio' name='{name}'/></channel>"


def look(text, variables=VALUES, name="vm.xml.j2"):
    """The report on a template, rendered when there are variables."""
    data = text if isinstance(text, bytes) else text.encode()
    given = None if variables is None else json.dumps(variables)
    [report] = Run.lint([Source(name, partial(bytes, data), variables=given)], Job(RULES)).reports
    return report


def pointed(text, report):
    """What is found, and the text of the template that it points at."""
    data = text if isinstance(text, bytes) else text.encode()
    return [(found.rule, data[found.place.span.start : found.place.span.end].decode()) for found in report.findings]


MAPPED = {
    "a value that an expression gives": (channel("{{ kind }}"), [("agent-not-unix", "{{ kind }}")]),
    "a value around an expression": (
        channel(name=" {{ name }}{{ '' }} "),
        [("agent-name-whitespace", " {{ name }}{{ '' }} ")],
    ),
    "text of the template": ("{% if kind %}" + channel("pty") + "{% endif %}", [("agent-not-unix", "pty")]),
    "an arm that is not taken": ("{% if no %}" + channel("pty") + "{% else %}" + channel() + "{% endif %}", []),
    "a loop": (
        "{% for one in names %}" + channel(name="{{ one }}") + "{% endfor %}" + channel(),
        [("duplicate-port-name", "{{ one }}")],
    ),
    "a loop that finds the same each time": (
        "{% for one in names %}" + channel("pty", "org.qemu.guest_agent.0") + "{% endfor %}",
        [("agent-not-unix", "pty"), ("duplicate-agent-channel", "org.qemu.guest_agent.0")],
    ),
    "white space that is taken away": (
        "\n   {%- if kind -%}   \n" + channel("pty") + "\n  {%- endif +%}\n",
        [("agent-not-unix", "pty")],
    ),
    "a macro": (
        "{% macro one(kind) %}" + channel("{{ kind }}") + "{% endmacro %}\n{{ one('pty') }}",
        [("agent-not-unix", "{{ one('pty') }}")],
    ),
    "a block that sets": (
        "{% set all %}" + channel("pty") + "{% endset %}\n{% if all == '' %}{% else %}{{ all }}{% endif %}",
        [("agent-not-unix", "{{ all }}")],
    ),
    "a block that calls": (
        "{% macro m() %}<!-- -->{{ caller() }}{% endmacro %}{% call m() %}" + channel("pty") + "{% endcall %}",
        [("agent-not-unix", "{% call m() %}")],
    ),
    "a block behind one that filters": (
        "{% filter upper %}{{ '' }}{% endfilter %}" + channel("pty"),
        [("agent-not-unix", "pty")],
    ),
    "a named block": ("{% block all %}" + channel("pty") + "{% endblock %}", [("agent-not-unix", "pty")]),
    "a raw part": ("{% raw %}<!-- {{ -->{% endraw %}" + channel("pty"), [("agent-not-unix", "pty")]),
    "wide letters": ("{# ä€🐧 #}<!-- ö{{ '€' }} -->" + channel("{{ kind }}"), [("agent-not-unix", "{{ kind }}")]),
    "lines ended by CR LF": (
        "{% if\r\n kind %}\r\n" + channel("pty") + "\r\n{% endif\r\n %}\r\n" + channel(name="org.qemu.guest_agent.0 "),
        [("agent-not-unix", "pty"), ("agent-name-whitespace", "org.qemu.guest_agent.0 ")],
    ),
}


@pytest.mark.parametrize("case", MAPPED)
def test_findings_point_at_the_template(case):
    devices, expected = MAPPED[case]
    text = HEAD + devices + TAIL
    report = look(text)
    assert report.error is None
    assert sorted(pointed(text, report)) == sorted(expected)


def test_line_column_and_excerpt_are_those_of_the_template():
    text = HEAD + "{# one\n two #}{% for one in names %}\n\n{% endfor %}\n  " + channel("{{ kind }}") + TAIL
    [finding] = look(text).findings
    assert (finding.place.start.line, finding.place.start.column) == (8, 18)
    assert finding.excerpt.text == "  " + channel("{{ kind }}")
    assert finding.excerpt.text[finding.excerpt.start : finding.excerpt.end] == "{{ kind }}"


def test_related_places_are_those_of_the_template():
    text = HEAD + "{{ ''.join([]) }}" + channel(name="{{ name }}") + channel(name="{{ name }}") + TAIL
    [finding] = look(text).findings
    [related] = finding.related
    assert finding.rule == "duplicate-agent-channel"
    assert (finding.place.span.start, related.span.start) == (text.rindex("{{ name"), text.index("{{ name"))


def test_shared_sockets_are_told_of_where_the_templates_have_them():
    device = (
        "<channel type='unix'><source mode='bind' path='/var/lib/a/{{ x }}'/><target type='virtio' name='n'/></channel>"
    )
    texts = [
        "{# " + "." * 99 * number + " #}" + HEAD.replace("web", f"web{number}") + device + TAIL for number in range(2)
    ]
    sources = [
        Source(f"{number}.xml.j2", partial(bytes, text.encode()), variables='{"x": "s"}')
        for number, text in enumerate(texts)
    ]
    for report, text, other in zip(Run.lint(sources, Job(RULES)).reports, texts, reversed(texts), strict=True):
        [finding] = [one for one in report.findings if one.rule == "path-shared"]
        assert pointed(text, report)
        [related] = finding.related
        assert other.encode()[related.span.start : related.span.end] == b"/var/lib/a/{{ x }}"


def test_comments_in_the_template_suppress_findings():
    text = (
        HEAD + "<!-- chanfix: ignore[agent-not-unix] why -->\n{% if kind %}\n" + channel("{{ kind }}") + "{% endif %}"
    )
    report = look(text + TAIL)
    assert (report.findings, report.suppressed) == ((), 1)


@pytest.mark.parametrize(("kinds", "unused"), [(["pty", "unix"], 0), (["unix", "unix"], 1)])
def test_a_comment_in_a_loop_is_of_use_when_one_turn_has_a_use_for_it(kinds, unused):
    loop = "{% for kind in kinds %}\n<!-- chanfix: ignore[agent-not-unix] why -->\n"
    text = HEAD + loop + channel("{{ kind }}", "org.qemu.guest_agent.{{ loop.index0 }}") + "{% endfor %}" + TAIL
    rules = [rule for rule, _ in pointed(text, look(text, {"kinds": kinds}))]
    assert rules.count("unused-suppression") == unused


def test_no_fix_is_offered_for_what_is_rendered():
    text = HEAD + "{{ '' }}" + channel(name="org.qemu.guest_agent.0 ") + TAIL
    assert look(text, None).findings[0].fix
    assert look(text).findings[0].fix is None


def test_xml_that_is_broken_by_a_value_is_a_finding_at_the_expression():
    text = HEAD + channel() + "<x a='{{ kind }}'/>" + TAIL
    report = look(text, {"kind": "<"})
    [(rule, at)] = pointed(text, report)
    assert rule == "not-well-formed"
    assert text[text.index("{{ kind") :].startswith(at)
    assert report.findings[0].place.start.column == text.splitlines()[3].index("{{ kind") + 1


def test_text_of_another_encoding_keeps_its_places():
    text = "<?xml version='1.0' encoding='iso-8859-1'?>\n<!-- ä{{ kind }}ö -->" + HEAD + channel("{{ kind }}") + TAIL
    data = text.encode("latin-1")
    [finding] = look(data, {"kind": "€"}).findings
    assert data[finding.place.span.start : finding.place.span.end] == b"{{ kind }}"


OTHERS = {
    "plain XML": ("vm.xml", HEAD + channel("pty") + TAIL),
    "XML with braces in a comment": ("vm.xml", HEAD + "<!-- {{ x }} -->" + channel("pty") + TAIL),
    "ERB": ("vm.xml.erb", HEAD + "<%= x %>" + channel("pty") + TAIL),
    "Go": ("vm.xml.tmpl", HEAD + "{{ .X }}" + channel("pty") + TAIL),
    "placeholders": ("vm.xml.tpl", HEAD + "${X}" + channel("pty") + TAIL),
    "what Jinja does not read": ("vm.xml.j2", HEAD + "{{ x" + channel("pty") + TAIL),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_jinja_template_is_linted_as_ever(case):
    name, text = OTHERS[case]
    assert look(text, VALUES, name) == look(text, None, name)
    assert look(text, VALUES, name).findings


TIMES = "{% for a in range(99999) %}"
REFUSED = {
    "a name without a value": ("{{ nix }}", "'nix' is undefined", "nix"),
    "a name without a value in a condition": (
        "{{ kind }}{% if kind and nix %}{% endif %}",
        "'nix' is undefined",
        "nix",
    ),
    "a part without a value": ("{{ name.nix }}", "'str object' has no attribute 'nix'", "nix"),
    "a filter of Ansible": ("{{ kind | to_yaml }}", "no filter of Jinja is called 'to_yaml'", "to_yaml"),
    "a test of Ansible": ("{{ kind is superset }}", "no test of Jinja is called 'superset'", "superset"),
    "a function of Ansible": ("{{ lookup('env', 'HOME') }}", "'lookup' is undefined", "lookup"),
    "values that do not fit": ("{{ kind + 1 }}", "TypeError: ", "{{ kind + 1 }}"),
    "an unknown block": ("{% do names.append(1) %}", "unknown tag 'do'", "do"),
    "an inclusion": ("{% include '/etc/passwd' %}", "'include' reads another file", "{% include"),
    "an import": ("{% from 'a' import b %}", "'from' reads another file", "{% from"),
    "a parent": ("{% extends 'a' %}", "'extends' reads another file", "{% extends"),
    "a class": ("{{ ''.__class__.__mro__ }}", "refused: access to attribute '__class__'", "__class__"),
    "globals": ("{{ cycler.__init__.__globals__ }}", "refused: access to attribute '__init__'", "__init__"),
    "a class by a filter": ("{{ '' | attr('__class__') }}", "refused: access to attribute '__class__'", "__class__"),
    "a class by a format": ("{{ '{0.__class__}'.format('') }}", "refused: access to attribute", "__class__"),
    "a format by a filter": ("{{ ('{0.__class__}' | attr('format'))('') }}", "refused: access to", "__class__"),
    "a change of a value": ("{{ names.append(1) }}", "refused: access to attribute 'append'", "append"),
    "a long range": ("{% for a in range(10 ** 9) %}{% endfor %}", "refused: Range too big", "{% for"),
    "a long text": ("{{ 'a' * 10 ** 9 }}", "more than 512 MiB of memory", "{{ 'a'"),
    "a wide number": ("{{ '%999999999d' % 1 }}", "more than 512 MiB of memory", "{{ '%"),
    "loops in loops": (f"{TIMES}{TIMES}abc{{% endfor %}}{{% endfor %}}", "over 8 MiB come of it", "{% endfor"),
    "loops that put out nothing": (
        "{% set x %}" + 3 * TIMES + 3 * "{% endfor %}" + "{% endset %}",
        "too much processor time",
        None,
    ),
    "a macro that calls itself": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "calls itself", "{{ m() }}"),
    "blocks in blocks": (50 * "{% for a in [1] %}" + 50 * "{% endfor %}", "too many statically nested blocks", None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_template_that_cannot_be_rendered_is_an_error_with_its_reason_and_place(case):
    devices, reason, at = REFUSED[case]
    text = HEAD + channel("pty") + "\n" + devices + TAIL
    report = look(text)
    assert report.findings == ()
    assert report.error.startswith("the template cannot be rendered: ")
    assert reason in report.error
    lines = text.splitlines()
    places = [
        f"(line 5, column {column + 1})" for column in range(len(lines[4])) if at and lines[4][column:].startswith(at)
    ]
    assert report.error.endswith(tuple(places) or reason)


def test_process_that_renders_has_no_environment_and_opens_no_file(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET", "x")
    seen = tmp_path / "seen"
    looking = (
        "import os\n"
        f"target = open({str(seen)!r}, 'w')\n"
        "class Target:\n"
        "    def write(self, answer):\n"
        "        try:\n"
        "            opened = open('/etc/passwd').read()\n"
        "        except OSError as error:\n"
        "            opened = error.strerror\n"
        "        print('SECRET' in os.environ, opened, file=target, flush=True)\n"
        "        sys.stdout.buffer.write(answer)\n"
        "main(sys.stdin.buffer, Target())\n"
    )
    monkeypatch.setattr(bounded, "_CODE", bounded._CODE.replace("main(sys.stdin.buffer, sys.stdout.buffer)", looking))
    assert look(HEAD + "{{ '' }}" + channel() + TAIL).error is None
    assert seen.read_text() == "False Too many open files\n"


def need_yaml_for(name):
    if not name.endswith(".json"):
        pytest.importorskip("yaml", reason="PyYAML is not installed: pip install 'chanfix[vars]'")


VARIABLES = {
    "a.json": ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
    "a.yml": ("a: [1, {b: ~}]\n", {"a": [1, {"b": None}]}),
    "a.yaml": ("\ufeffa: &x {k: v}\nb: *x\nday: 2020-01-02\n", {"a": {"k": "v"}, "b": {"k": "v"}, "day": "2020-01-02"}),
    "empty.yml": ("# nothing\n", {}),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_are_read(name, tmp_path):
    text, expected = VARIABLES[name]
    need_yaml_for(name)
    (tmp_path / name).write_text(text)
    assert json.loads(read_variables(tmp_path / name)) == expected


NINE = "[" + ",".join(["*{0}"] * 9) + "]"
LETTERS = "abcdefghi"
BOMB = "a: &a [x]\n" + "".join(f"{this}: &{this} {NINE.format(last)}\n" for last, this in pairwise(LETTERS))
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{n + 1}: &a{n + 1}\n  <<: [*a{n}, *a{n}]\n" for n in range(40))
UNUSABLE = {
    "bad.json": ("{", "not JSON: .*line 1, column 2"),
    "deep.json": ("[" * 100_000, "nested too deep"),
    "list.json": ("[1]", "no mapping"),
    "bad.yml": ("a: [\n", "not YAML: .*line 2, column 1"),
    "list.yml": ("- 1\n", "no mapping"),
    "code.yml": ("a: !!python/object/apply:os.getcwd []\n", "not YAML: could not determine a constructor"),
    "bomb.yml": (BOMB, "over 8 MiB"),
    "circle.yml": ("a: &a [*a]\n", "Circular reference"),
    "keys.yml": ("? {a: 1}\n: 2\n", "not YAML: found unhashable key"),
    "large.yml": ("# " + "x" * (1 << 20), "up to 1 MiB"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_variables_that_cannot_be_used_are_refused_with_a_reason(name, tmp_path):
    text, reason = UNUSABLE[name]
    need_yaml_for(name)
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=reason):
        read_variables(tmp_path / name)


def test_merges_that_double_at_each_step_come_to_an_end(tmp_path):
    # Older versions of PyYAML take 2^40 steps for these, which only a limit ends; newer ones take forty.
    need_yaml_for("merges.yml")
    (tmp_path / "merges.yml").write_text(MERGES)
    try:
        outcome = read_variables(tmp_path / "merges.yml")
    except ConfigError as error:
        outcome = error.message
    values = json.dumps({f"a{number}": {"x": 1} for number in range(41)})
    assert outcome == values or re.search("too much processor time|more than 512 MiB", outcome)


def test_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "wide.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(ConfigError, match="byte 0xff is not UTF-8"):
        read_variables(tmp_path / "wide.json")
    with pytest.raises(ConfigError, match="no such file"):
        read_variables(tmp_path / "none.json")


def test_yaml_without_its_package_is_refused_and_json_is_not(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "a.yml").write_text("{}")
    assert read_variables(tmp_path / "a.json") == "{}"
    with pytest.raises(ConfigError, match="PyYAML") as raised:
        read_variables(tmp_path / "a.yml")
    assert "chanfix[vars]" in raised.value.hint
