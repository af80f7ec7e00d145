"""Findings stand at their places in the file around the XML, and fixes are written where every byte is literal."""

import pytest
from linting import fixed, found, lint
from surroundings import DOMAIN, SURROUNDINGS

every = pytest.mark.parametrize("surroundings", SURROUNDINGS.values(), ids=SURROUNDINGS.keys())
CLEAN = DOMAIN.replace("pty", "unix")


def without_quotes(surroundings, xml):
    """The XML in the other quotes where these cannot stand."""
    return xml.replace("'", '"') if surroundings.without == "'" else xml


def is_literal(surroundings, xml):
    """Every character stands for itself, but for the indentation that the language takes away."""
    lines = surroundings.write(xml).splitlines()
    return [line.strip() for line in lines] == [line.strip() for line in xml.splitlines()]


def place_of(text, word, number=0):
    at = -1
    for _ in range(number + 1):
        at = text.index(word, at + 1)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@every
def test_finding_is_at_its_place(surroundings):
    text = surroundings.around(without_quotes(surroundings, DOMAIN))
    assert found(surroundings.file, text) == [("agent-not-unix", *place_of(text, "pty"), "pty")]


@every
def test_right_domain_is_silent(surroundings):
    report = lint(surroundings.file, surroundings.around(without_quotes(surroundings, CLEAN)))
    assert (report.findings, report.skipped, report.error) == ((), None, None)


@every
def test_line_ends_of_windows_change_no_place(surroundings):
    text = surroundings.around(without_quotes(surroundings, DOMAIN))
    assert found(surroundings.file, text.replace("\n", "\r\n")) == [("agent-not-unix", *place_of(text, "pty"), "pty")]


@every
def test_two_in_one_file_are_both_found(surroundings):
    one = surroundings.around(without_quotes(surroundings, DOMAIN))
    if one.startswith("{"):
        one = f"[{one.rstrip()},\n"
    text = one + surroundings.around(without_quotes(surroundings, DOMAIN))
    places = [place_of(text, "pty"), place_of(text, "pty", 1)]
    assert found(surroundings.file, text) == [("agent-not-unix", *place, "pty") for place in places]


@every
def test_fix_changes_the_word_and_nothing_else(surroundings):
    xml = without_quotes(surroundings, DOMAIN)
    text = surroundings.around(xml)
    result = fixed(surroundings.file, text)
    assert result == (text.replace("pty", "unix") if is_literal(surroundings, xml) else text)


@every
def test_fix_that_cannot_be_written_is_shown(surroundings):
    xml = without_quotes(surroundings, DOMAIN)
    [finding] = lint(surroundings.file, surroundings.around(xml)).findings
    assert finding.fix.title == "Make the channel a Unix socket"
    expected = ("UNSAFE", 1) if is_literal(surroundings, xml) else ("DISPLAY", 0)
    assert (finding.fix.safety.name, len(finding.changes)) == expected


@every
def test_domain_that_never_ends_is_silent(surroundings):
    text = surroundings.around(without_quotes(surroundings, DOMAIN).replace("</domain>", ""))
    assert found(surroundings.file, text) == []


@every
def test_broken_domain_is_one_finding(surroundings):
    text = surroundings.around(without_quotes(surroundings, DOMAIN).replace("</os>", ""))
    [(rule, line, *_)] = found(surroundings.file, text)
    assert rule in ("not-well-formed", "template-not-lintable")
    assert line == place_of(text, surroundings.write("</domain>"))[0]


CHANNEL = "<channel type='pty'>\n<target type='virtio' name='org.qemu.guest_agent.0'/>\n</channel>\n"


@pytest.mark.parametrize(
    ("file", "before", "after", "indent"),
    [
        ("a.md", "```sh\n$ virsh attach-device a /dev/stdin <<EOF\n", "EOF\n$ echo done\n```\n", ""),
        ("a.md", "1. Run:\n\n   ```\n   cat > a.xml <<'E'\n   ", "   E\n   ```\n", "   "),
        (
            "a.yml",
            "- run: |\n    set -e\n    virsh attach-device a /dev/stdin <<EOF\n    ",
            "    EOF\n    true\n",
            "    ",
        ),
        ("a.rst", "Run::\n\n  cat <<EOF > a.xml\n  ", "  EOF\n\nText\n", "  "),
    ],
)
def test_device_in_the_here_document_of_an_example_is_one(file, before, after, indent):
    text = before + CHANNEL[:-1].replace("\n", "\n" + indent) + "\n" + after
    assert found(file, text) == [("agent-not-unix", *place_of(text, "pty"), "pty")]
    assert fixed(file, text) == text.replace("pty", "unix")
    assert found(file, text.replace("pty", "$KIND" if "'E'" not in text else "unix")) == []


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("a.pl", "=pod\n\nIt's a page.\n\n=cut\n\nmy $x = '", "';\n"),
        ("a.rb", "=begin\nIt's a page.\n=end\nx = %q(", ")\n"),
        ("a.rb", "=begin\nIt's a page.\n=end\nx = '", "'\n"),
        ("a.pl", "print while <DATA>;\n__DATA__\nIt's here:\n", "\n"),
        ("a.php", "<?php f(); ?>\n<p>It's a page</p>\n<?php $y = <<<E\n1\nE;\n$x = \"", '";\n'),
        ("a.sh", "f() { # it's\n  echo don\\'t $# ${#x}\n}\nx='", "'\n"),
        ("a.rs", "fn f<'a>(c: char) -> bool { c == '\"' || c == '\\'' }\nconst X: &str = \"", '";\n'),
        ("a.c", "// don't\nchar c = '\"', d = '\\'';\nchar *x = \"", '";\n'),
    ],
)
def test_quote_that_opens_no_string_hides_nothing(file, before, after):
    xml = DOMAIN.replace("'", '"') if before.endswith("'") else DOMAIN
    xml = xml.replace("\n", "\\n") if file == "a.c" else xml
    text = before + xml + after
    assert found(file, text) == [("agent-not-unix", *place_of(text, "pty"), "pty")]


EXAMPLES = {
    "markdown": ("a.md", "```{}\n", "```\n"),
    "markdown, attributes": ("a.md", "~~~ {{.{} .numberLines}}\n", "~~~\n"),
    "restructuredtext": ("a.rst", ".. code-block:: {}\n   :linenos:\n\n   ", "\nText.\n"),
    "asciidoc": ("a.adoc", "[source,{}]\n----\n", "----\n"),
    "org": ("a.org", "#+begin_src {}\n", "#+end_src\n"),
}


@pytest.mark.parametrize(("file", "before", "after"), EXAMPLES.values(), ids=EXAMPLES.keys())
@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("python", "python, joined f-strings"),
        ("py", "python, one line"),
        ("json", "json"),
        ("typescript", "javascript, added lines"),
        ("c", "c, joined lines"),
        ("rust", "rust, quoted"),
        ("go", "go, quoted"),
        ("go", "go, raw"),
        ("ruby", "ruby, here-document"),
        ("python", "restructuredtext"),
    ],
)
def test_strings_of_a_program_in_an_example_are_read_as_such(file, before, after, word, name):
    surroundings = SURROUNDINGS[name]
    code = DOMAIN + "\n" if name == "restructuredtext" else surroundings.around(DOMAIN)
    indent = "   " if file == "a.rst" else ""
    text = before.format(word) + code.rstrip("\n").replace("\n", "\n" + indent) + "\n" + after
    assert found(file, text) == [("agent-not-unix", *place_of(text, "pty"), "pty")]
    assert found(file, text.replace("pty", "unix")) == []
    comment = {"a.rst": "..", "a.adoc": "//", "a.org": "#"}.get(file, "<!--")
    report = lint(file, f"{comment} {COMMENT}\n{text}")
    assert (report.findings, report.suppressed) == ((), 1)


COMMENT = "chanfix: ignore[agent-not-unix] why"


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("a.sh", f"# {COMMENT}\ncat <<EOF\n", "\nEOF\n"),
        ("a.sh", f"true\n\t#{COMMENT}\n\tcat <<-EOF\n", "\nEOF\n"),
        ("a.sh", f"cat <<EOF\n# {COMMENT}\n", "\nEOF\n"),
        ("a.py", f'# {COMMENT}\nX = """\\\n', '"""\n'),
        ("a.go", f"// {COMMENT}\nconst x = `", "`\n"),
        ("a.rs", f'/* {COMMENT} */\nconst X: &str = r#"', '"#;\n'),
        ("a.js", f"/*\n * {COMMENT}\n */ f(`", "`)\n"),
        ("a.tf", f"// {COMMENT}\nx = <<EOF\n", "\nEOF\n"),
        ("a.nix", f"# {COMMENT}\nx = ''\n", "\n''\n"),
        ("a.yml", f"# {COMMENT}\nxml: |\n ", "\n"),
        ("a.yml.j2", f"{{# {COMMENT} #}}\nxml: |\n ", "\n"),
        ("a.md", f"<!-- {COMMENT} -->\n```xml\n", "\n```\n"),
        ("a.md", f"> <!-- {COMMENT} -->\n> ```xml\n> ", "\n> ```\n"),
        ("a.md", f"<!-- {COMMENT} -->\n```sh\ntrue\ncat <<'EOF'\n", "\nEOF\n```\n"),
        ("a.rst", f".. {COMMENT}\n.. code-block:: xml\n\n   ", "\n"),
        ("a.adoc", f"// {COMMENT}\n----\n", "\n----\n"),
        ("a.adoc", f"// {COMMENT}\n[source,xml]\n----\n", "\n----\n"),
        ("a.txt", f"# {COMMENT}\n", "\n"),
    ],
)
def test_suppression_in_the_line_above_counts(file, before, after):
    by = (
        "> " if before.startswith(">") else "\t" if "<<-" in before else " " if ": |" in before or "rst" in file else ""
    )
    text = before + DOMAIN.replace("\n", "\n" + by) + after
    report = lint(file, text)
    assert (report.findings, report.suppressed) == ((), 1)
    assert found(file, text.replace("chanfix:", "other:")) == [("agent-not-unix", *place_of(text, "pty"), "pty")]


@pytest.mark.parametrize(
    ("comment", "rule", "word"),
    [
        ("# chanfix: ignore[path-shared, agent-missing] x", None, None),
        ("# chanfix: ignore[path-exposed] x", "unused-suppression", "path-exposed"),
        ("# chanfix: ignore[agent-not-unx] x", "unused-suppression", "agent-not-unx"),
        ("# chanfix: ignore[agent-not-unix", "unused-suppression", "["),
        ("# chanfix: ignor[agent-not-unix]", "unused-suppression", "ignor"),
        ("# chanfix: ignore agent-not-unix", "unused-suppression", "agent-not-unix"),
    ],
)
def test_suppression_that_does_nothing_is_found_in_the_outer_file(comment, rule, word):
    text = f"#!/bin/sh\n{comment}\ncat <<EOF\n{DOMAIN}\nEOF\n"
    expected = [(rule, 2, comment.index(word) + 1, word)] if rule else []
    assert found("a.sh", text) == [*expected, ("agent-not-unix", 11, 20, "pty")]
    assert fixed("a.sh", text) == text.replace("pty", "unix")


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (f"# {COMMENT}\n\ncat <<EOF\n", "\nEOF\n", [2]),
        (f"# {COMMENT}\nset -e\n# {COMMENT}\n\ncat <<EOF\n", "\nEOF\n", [2, 4]),
        ("# chanfix: ignore-file[agent-not-unix]\nset -e\ncat <<EOF\n", "\nEOF\n", [2]),
        ("cat <<EOF\n", f"\nEOF\n# {COMMENT}\ntrue\n", [16]),
    ],
)
def test_suppression_above_no_xml_is_named(before, after, lines):
    text = "#!/bin/sh\n" + before + DOMAIN + after
    report = lint("a.sh", text)
    places = [one.place.start.line for one in report.findings if one.rule == "unused-suppression"]
    assert (places, report.suppressed) == (lines, 0)
    assert [one.place.start for one in report.findings] == sorted(one.place.start for one in report.findings)


def test_suppressions_of_more_domains_than_are_read_are_not_called_idle():
    text = "".join(f"# {COMMENT}\ncat <<EOF\n{DOMAIN}\nEOF\n" for _ in range(1100))
    report = lint("a.sh", text)
    assert ([one.rule for one in report.findings], report.suppressed) == (["template-not-lintable"], 1000)


def test_words_about_chanfix_in_a_comment_are_no_suppression():
    text = f"# chanfix: see the manual\ntrue\ncat <<EOF\n{DOMAIN}\nEOF\n"
    assert [rule for rule, *_ in found("a.sh", text)] == ["agent-not-unix"]


def test_suppression_inside_the_xml_counts():
    domain = DOMAIN.replace("    <channel", "    <!-- chanfix: ignore[agent-not-unix] why -->\n    <channel")
    report = lint("a.sh", f"cat <<EOF\n{domain}\nEOF\n")
    assert (report.findings, report.suppressed) == ((), 1)


@pytest.mark.parametrize("before", ["> ", "$ cat > a.xml <<EOF\n> "])
def test_prompt_at_the_beginning_of_each_line_is_named(before):
    text = f"```\n{before}" + DOMAIN.replace("\n", "\n> ") + "\n```\n"
    line = text.count("\n", 0, text.index("> <")) + 1
    assert found("a.md", text) == [
        ("agent-not-unix", line + 7, 22, "pty"),
        ("not-well-formed", line, 1, ">"),
    ]
    prompt = lint("a.md", text).findings[1]
    assert prompt.message == "'>' begins each line as a shell's prompt: what is copied from here is no XML"
    quoted = "".join(f"> {line}\n" for line in f"```\n{DOMAIN}\n```".splitlines())
    assert [rule for rule, *_ in found("a.md", quoted)] == ["agent-not-unix"]


@pytest.mark.parametrize("quotes", ["\u2018\u2019", "\u201c\u201d"])
@pytest.mark.parametrize("name", ["markdown, fence", "markdown, indented", "asciidoc", "org", "restructuredtext"])
def test_pasted_quotes_are_named(name, quotes):
    pasted = DOMAIN.replace("'kvm'", f"{quotes[0]}kvm{quotes[1]}")
    [finding] = lint(SURROUNDINGS[name].file, SURROUNDINGS[name].around(pasted)).findings
    assert finding.rule in ("not-well-formed", "template-not-lintable")
    assert f"U+{ord(quotes[0]):04X} " in finding.message


@pytest.mark.parametrize(
    "page",
    [
        "<?php $kind = 'pty'; ?>\n" + DOMAIN.replace("web", "<?= $name ?>"),
        "<?php if ($a): ?>\n"
        + DOMAIN.replace("'virtio'", "'<?= \"virtio\" ?>'").replace("pty", "pty")
        + "\n<?php endif ?>",
    ],
)
def test_page_of_php_is_a_template(page):
    assert [rule for rule, *_ in found("a.php", page)] in (["agent-not-unix"], [])
    assert lint("a.php", page).error is None


ACCENTED = DOMAIN.replace("web", "caf\u00e9")


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (ACCENTED, [("template-not-lintable", 3, "the text is not UTF-8, and is not looked at")]),
        (
            DOMAIN,
            [("agent-not-unix", 10, "the agent channel is of type 'pty'; libvirt talks to an agent on 'unix' only")],
        ),
    ],
)
def test_domain_in_another_encoding_than_utf_8_is_named_once(domain, expected):
    report = lint("a.sh", f"# \u00e9\ncat <<EOF\n{domain}\nEOF\n".encode("latin-1"))
    assert [(one.rule, one.place.start.line, one.message) for one in report.findings] == expected
