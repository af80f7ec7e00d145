"""What a language fills in is not known, and everything around it is."""

import json

import pytest
from linting import fixed, found, lint
from surroundings import DOMAIN, SURROUNDINGS

# For each language, something that it fills in.
FILLED = {
    "shell, here-document": ["$1", "$NAME", "${NAME}", "${NAME:-$(hostname -s)}", "`hostname`", "$((1024 * 1024))"],
    "shell, double quotes": ["$NAME", "${NAME%.*}", "$(echo a)"],
    "make, define": ["$(NAME)", "${NAME}", "$(shell hostname)", "$@"],
    "python, f-string": ["{name}", "{name!r:>{width}}", "{names['a']}", "{ {1: 2}[1] }"],
    "javascript, template": ["${name}", "${names.map(n => `${n}`)}", "${{a: 1}.a}"],
    "ruby, here-document": ["#{name}", '#{names["a"]}'],
    "ruby, double quotes": ["#{name}", "#{names.map { |n| n }}"],
    "perl, here-document": ["$name", "${name}", "$host->{name}", "@{[ 1 + 1 ]}"],
    "php, here-document": ["$name", "{$names['a']}", "${name}", "$host->name"],
    "java, text block": ["${name}", "$name"],
    "hcl, here-document": ["${var.name}", '${lookup({a = "b"}, "a")}'],
    "nix, indented string": ["${name}", "${if a then ''b'' else c}"],
    "nix, quoted": ["${name}"],
    # Nothing in the surroundings fills these in, but a program that reads them later.
    "python, three quotes": ["{name}", "%(name)s", "%s"],
    "go, raw": ["%s", "{{ .Name }}"],
    "shell, quoted here-document": ["@NAME@", "${NAME}", "__NAME__"],
    "yaml, block": ["{{ name }}"],
    "c++, raw": ["%s", "%NAME%"],
}
FILLS = [(name, filled) for name, several in FILLED.items() for filled in several]
every = pytest.mark.parametrize(("name", "filled"), FILLS)


def write(name, xml, filled):
    """Write a text in which NAME is filled in."""
    surroundings = SURROUNDINGS[name]
    parts = map(surroundings.write, xml.split("FILLED"))
    return surroundings.file, surroundings.before + filled.join(parts) + surroundings.after


@every
def test_filled_in_text_hides_nothing_else(name, filled):
    file, text = write(name, DOMAIN.replace("web", "FILLED").replace("1048576", "FILLED"), filled)
    assert [(rule, word) for rule, *_, word in found(file, text)] == [("agent-not-unix", "pty")]


@every
def test_filled_in_value_is_not_judged(name, filled):
    quote = '"' if "'" in filled else "'"
    file, text = write(name, DOMAIN.replace("web", "FILLED").replace("'pty'", f"{quote}FILLED{quote}"), filled)
    report = lint(file, text)
    assert (report.findings, report.skipped, report.error) == ((), None, None)


@pytest.mark.parametrize(
    ("name", "filled"),
    [(name, several[0]) for name, several in FILLED.items() if name not in ("python, three quotes", "go, raw")],
)
def test_filled_in_elements_may_be_anything(name, filled):
    file, text = write(name, DOMAIN.replace("web", "FILLED").replace("<devices>", "<devices>FILLED"), filled)
    assert [(rule, word) for rule, *_, word in found(file, text)] == [("agent-not-unix", "pty")]


@pytest.mark.parametrize("filled", ["${TYPE}", "$TYPE", "$(uname)"])
def test_type_of_the_domain_may_be_filled_in(filled):
    text = f"cat <<EOF\n{DOMAIN}\nEOF\n".replace("kvm", filled)
    assert found("a.sh", text) == [("agent-not-unix", 9, 20, "pty")]


def test_arms_of_a_condition_in_terraform_are_no_duplicates():
    arms = DOMAIN.replace("pty", "unix").replace("<devices>", "<devices>\n%{ if var.a ~}")
    arms = arms.replace(
        "</devices>",
        "%{ else ~}\n<channel type='unix'><target type='virtio' "
        "name='org.qemu.guest_agent.0'/></channel>\n%{ endif ~}\n</devices>",
    )
    assert found("main.tf", f"x = <<EOF\n{arms}\nEOF\n") == []


def test_arms_of_a_condition_in_ansible_are_no_duplicates():
    arms = DOMAIN.replace("pty", "unix").replace("<devices>", "<devices>\n{% if a %}")
    arms = arms.replace(
        "</devices>",
        "{% else %}\n<channel type='unix'><target type='virtio' "
        "name='org.qemu.guest_agent.0'/></channel>\n{% endif %}\n</devices>",
    )
    assert found("tasks.yml", "- virt:\n    xml: |\n      " + arms.replace("\n", "\n      ") + "\n") == []


@pytest.mark.parametrize(
    "xml",
    [
        DOMAIN.replace("  <memory>", "  ...\n  <memory>").replace("    <channel", "    \u2026\n    <channel"),
        DOMAIN.replace("<domain type='kvm'>", "<domain type='kvm' ...>"),
        DOMAIN.replace("web", "..."),
        DOMAIN.replace("<memory>", "[...]\n  <memory>"),
    ],
)
def test_dots_in_a_document_stand_for_what_is_left_out(xml):
    text = f"```xml\n{xml}\n```\n"
    at = text[: text.index("pty")]
    assert found("a.md", text) == [("agent-not-unix", at.count("\n") + 1, len(at) - at.rfind("\n"), "pty")]


@pytest.mark.parametrize("prefix", ["", "r"])
def test_format_of_python_fills_in_more_than_values(prefix):
    xml = DOMAIN.replace("type='kvm'", "type='{kind}' {namespace}").replace("<os>", "<os {attributes}>")
    assert found("a.py", f'X = {prefix}"""{xml}""".format(kind=1)\n') == [("agent-not-unix", 8, 20, "pty")]
    [(rule, *_)] = found("a.py", f'X = {prefix}"""{xml}"""\n')
    assert rule == "template-not-lintable"


@pytest.mark.parametrize(("file", "value"), [("a.js", "name"), ("A.java", "this.name()"), ("a.py", "str(names[0])")])
def test_value_that_is_added_between_strings_is_not_known(file, value):
    lines = DOMAIN.replace("web", f'" + {value} + "').split("\n")
    assert [(rule, word) for rule, *_, word in found(file, 'x = "' + '" +\n  "'.join(lines) + '";\n')] == [
        ("agent-not-unix", "pty")
    ]


def test_stylesheet_in_terraform_is_read_as_one():
    sheet = """\
<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
  <xsl:template match='/domain/devices'>
    <xsl:copy>
      <xsl:apply-templates select='node()|@*'/>
      <channel type='pty'>
        <target type='virtio' name='org.qemu.guest_agent.0'/>
      </channel>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
"""
    assert found("main.tf", f"xml {{\n  xslt = <<EOF\n{sheet}EOF\n}}\n") == [("agent-not-unix", 7, 22, "pty")]


def place_of_the_fault(text):
    at = text[: text.index("pty")]
    return [("agent-not-unix", at.count("\n") + 1, len(at) - at.rfind("\n"), "pty")]


@pytest.mark.parametrize(
    "command",
    ["printf '{}\\n' > a.xml\n", 'echo -e "{}"\n', "echo -e '{}\\n' | virsh define /dev/stdin\n"],
)
@pytest.mark.parametrize("line_end", ["\\n", "\\n\\\n", "\\n\\t"])
@pytest.mark.parametrize("file", ["a.sh", "Makefile", "a.yml", "a.md"])
def test_line_ends_for_printf_are_no_text(command, line_end, file):
    quote = '"' if "'" in command else "'"
    xml = DOMAIN.replace("'", quote).replace("\n", line_end)
    text = command.format(xml)
    if file == "a.yml":
        text = "- shell: |\n    " + text.replace("\n", "\n    ")
    elif file != "a.sh":
        text = f"```sh\n{text}```\n" if file == "a.md" else f"x:\n\t{text}"
    assert found(file, text) == place_of_the_fault(text)


def test_device_for_printf_is_one():
    device = '<channel type="pty">\\n<target type="virtio" name="org.qemu.guest_agent.0"/>\\n</channel>\\n'
    text = f"printf '{device}' > a.xml\n"
    assert found("a.sh", text) == place_of_the_fault(text)


@pytest.mark.parametrize(
    ("before", "filled", "after"),
    [
        ("'", "'$NAME'", "'"),
        ("'", "'\"$NAME\"'", "'"),
        ("'", "'\"${NAME:-$(hostname -s)}\"'", "'"),
        ("'", "'$(hostname)'", "'"),
        ("'", "'\"vm-\"$1'", "'"),
        ('"', '"$NAME"', '"'),
        ('"', '"${NAME}"', '"'),
        ('"', "\"'a'\"", '"'),
    ],
)
def test_word_of_a_shell_may_be_several_strings(before, filled, after):
    xml = DOMAIN.replace("'", '"') if before == "'" else DOMAIN
    text = f"echo {before}{xml}{after} > a.xml\n".replace("web", filled).replace("1048576", filled)
    assert found("a.sh", text) == place_of_the_fault(text)
    assert fixed("a.sh", text) == text.replace("pty", "unix")


@pytest.mark.parametrize(
    ("file", "before", "joint", "after"),
    [
        ("a.go", "x := `", "` + name + `", "`\n"),
        ("a.js", "x = `", "` + names[0] + `", "`;\n"),
        ("a.php", "<?php\n$x = '", "' . $name . '", "';\n"),
        ("a.py", 'x = """', '""" + name + """', '"""\n'),
        ("a.py", 'x = f"""', '""" + str(name) + f"""', '"""\n'),
        ("a.py", "x = r'''", "''' + self.name + r'''", "'''\n"),
    ],
)
def test_value_between_long_strings_is_not_known(file, before, joint, after):
    xml = DOMAIN.replace("'", '"') if before.endswith("'") else DOMAIN
    text = before + xml.replace("web", joint) + after
    assert found(file, text) == place_of_the_fault(text)


def test_strings_of_python_with_and_without_values_are_one():
    lines = DOMAIN.replace("web", "{name}").split("\n")
    text = "x = (\n" + "".join(f'    {"f" if "{" in line else ""}"{line}\\n"\n' for line in lines) + ")\n"
    assert found("a.py", text) == place_of_the_fault(text)
    assert found("a.py", text.replace("'pty'", "'{kind}'")) == []


def test_strings_of_csharp_with_and_without_values_are_one():
    lines = DOMAIN.replace("web", "{name}").split("\n")
    text = "var x = " + " +\n  ".join(f'{"$" if "{" in line else ""}"{line}"' for line in lines) + ";\n"
    assert found("A.cs", text) == place_of_the_fault(text)


def test_lines_of_a_notebook_are_one_text():
    text = json.dumps({"cells": [{"source": ["%%writefile a.xml\n", *DOMAIN.splitlines(keepends=True)]}]}, indent=1)
    assert found("a.ipynb", text) == place_of_the_fault(text)


@pytest.mark.parametrize(
    "xml",
    [
        DOMAIN.replace("'pty'>", "'pty'> <1>").replace("</name>", "</name>  <2> <3>"),
        DOMAIN.replace("'pty'>", "'pty'> <.>"),
        DOMAIN.replace("'pty'>", "'pty'> // <1>"),
        DOMAIN.replace("'pty'>", "'pty'> <!--1-->"),
        DOMAIN.replace("web", "<vm-name>").replace("1048576", "<MEMORY>"),
        DOMAIN.replace("web", "vm-<VM NAME>").replace("<os>", "<os firmware='<bios or efi>'>"),
        DOMAIN.replace("web", "__<name>__"),
    ],
)
@pytest.mark.parametrize(
    ("file", "before", "after"), [("a.adoc", "[source,xml]\n----\n", "\n----\n"), ("a.md", "```xml\n", "\n```\n")]
)
def test_what_a_document_leaves_to_its_reader_is_not_judged(xml, file, before, after):
    text = before + xml + after
    assert found(file, text) == place_of_the_fault(text)


@pytest.mark.parametrize("broken", ["<acpi>", "<os><type>hvm</os>", "<on_crash>destroy</name>"])
def test_element_that_lacks_its_end_is_no_placeholder(broken):
    [(rule, *_)] = found(
        "a.md", f"```xml\n{DOMAIN}\n```\n".replace("<devices>", f"<features>{broken}</features><devices>")
    )
    assert rule == "not-well-formed"


def test_hole_in_a_comment_of_a_makefile_stays_at_its_place():
    text = "# " + DOMAIN.replace("web", "$(NAME)").replace("'virtio'", "'$(KIND)'").replace("\n", "\n# ") + "\n"
    assert found("Makefile", text) == []
    assert found("Makefile", text.replace("$(KIND)", "virtio")) == place_of_the_fault(text.replace("$(KIND)", "virtio"))
