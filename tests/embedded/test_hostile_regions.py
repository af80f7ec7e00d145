"""Files made to keep a reader busy or to lead it astray: one finding, or silence, and never an error."""

import pytest
from linting import fixed, found, lint
from surroundings import DOMAIN

MANY = 200_000
OPEN = "<domain type='kvm'>\n"

HOSTILE = {
    "starts that never end": ("a.sh", OPEN * MANY),
    "here-documents that never end": ("a.sh", "".join(f"cat <<E{n}\n{OPEN}" for n in range(50_000))),
    "here-documents of one word": ("a.sh", f"cat <<E\n{OPEN}" * 50_000),
    "here-documents on one line": ("a.sh", "cat" + " <<E" * 50_000 + f"\n{OPEN}\nE\n"),
    "closing words": ("a.rb", f"x = <<-A\n{OPEN}" + "  A\nB\n" * MANY),
    "quotes": ("a.py", OPEN + "'" * MANY),
    "three quotes": ("a.py", '"""' * MANY + OPEN),
    "backslashes": ("a.js", OPEN + "`" + "\\" * MANY),
    "quotes and backslashes": ("a.json", OPEN + '"\\' * MANY),
    "braces in a template": ("a.js", f"x = `{OPEN}" + "${" * MANY),
    "braces that are closed": ("a.js", f"x = `{OPEN}" + "${{a}{b}" * 50_000),
    "parentheses": ("a.sh", f'x="{OPEN}' + "$(" * MANY),
    "ticks": ("a.sh", f"cat <<E\n{OPEN}" + "`" * MANY + "\nE\n"),
    "comments": ("a.c", OPEN + "/*" * MANY),
    "comments with a word": ("a.c", OPEN + "/*x" * MANY),
    "three quotes that are escaped": ("a.py", OPEN + '"""a\\' * MANY),
    "single quotes that are escaped": ("a.sh", OPEN + '"a\\' * MANY),
    "strings with a start each": ("a.sh", "echo 'x <domain type=kvm> \"$(' " * 50_000),
    "strings of one word": ("a.sh", "'" + OPEN + "'\"$a\"'" * MANY),
    "strings of one word that never ends": ("a.sh", "'" + OPEN + "'\"$a" * MANY),
    "long strings that are joined": ("a.go", f"x := `{OPEN}" + "` + a + `" * MANY),
    "what is filled in": ("a.py", f'x = f"""{OPEN}' + "{a}" * MANY + '</domain>"""'),
    "remarks": ("a.adoc", f"----\n{OPEN}" + " <1>" * MANY + "\n</domain>\n----\n"),
    "names in brackets": ("a.md", f"```\n{OPEN}<name a='" + "<a b>" * MANY + "'/></domain>\n```\n"),
    "names in elements": ("a.md", f"```\n{OPEN}" + "<name><A></name>" * 20_000 + "</domain>\n```\n"),
    "line ends for printf": ("a.sh", f"echo '{OPEN}" + "<name>a</name>\\n" * 20_000 + "</domain>'\n"),
    "comments before a device": ("a.md", "```\n" + "<!--" * MANY + "<channel><target/></channel>\n```\n<domain"),
    "declarations before a device": ("a.md", "```\n" + "<?xml " * MANY + "<channel><target/></channel>\n```\n<domain"),
    "indented code": ("a.md", "\n    <channel>\n" * MANY + OPEN),
    "raw strings of C++": ("a.cpp", OPEN + 'R"a(' * MANY),
    "raw strings of Rust": ("a.rs", OPEN + 'r###"' * MANY),
    "joined strings": ("a.py", f"x = ({OPEN!r}" + ' "a" +\n' * MANY),
    "joints without a string": ("a.js", 'x = "<domain type=' + '" + a.b(' * MANY),
    "blanks between strings": ("a.c", '"<domain"' + (" " * 500 + '"a"') * 5000),
    "references of HTML": ("a.md", "<pre>&lt;domain type='kvm'&gt;" + "&lt;a/&gt;" * MANY),
    "starts of HTML": ("a.md", "&lt;domain" + "<pre>" * MANY),
    "fences": ("a.md", f"```\n{OPEN}" * MANY),
    "fences that grow": ("a.md", "".join(f"{'`' * (3 + n)}\n{OPEN}" for n in range(2000))),
    "blocks of YAML": ("a.yml", "".join(f"{' ' * (n % 300)}a: |\n" for n in range(20_000)) + OPEN),
    "colons": ("a.yml", OPEN + "a: " * MANY),
    "quoted scalars": ("a.yml", OPEN + "a: '''\n" * MANY),
    "double colons": ("a.rst", "a::\n" * MANY + OPEN),
    "comments of XML": ("a.md", f"```xml\n{OPEN}" + "<!--" * MANY),
    "attributes": ("a.md", "<domain type='" * MANY),
    "channels": ("a.md", "```\n" + "<channel>" * MANY + "<domain\n```\n"),
    "empty tags": ("a.md", f"```\n{OPEN}" + "<a/>" * MANY + "</domain>\n```\n"),
    "depth": ("a.md", f"```\n{OPEN}" + "<a>" * 1000 + "</a>" * 1000 + "</domain>\n```\n"),
    "dots": ("a.md", f"```\n{OPEN}" + " ..." * MANY + "<devices/></domain>\n```\n"),
    "marks of comments": ("a.sh", "# " + OPEN + "# \n" * MANY + "# </domain>\n"),
    "directives": ("a.sh", "# chanfix: ignore[\n" * MANY + OPEN),
    "a line without end": ("a.txt", OPEN + "x" * 5_000_000),
    "bytes that are no text": ("a.sh", b"cat <<E\n" + OPEN.encode() + bytes(range(1, 256)) * 2000 + b"</domain>\nE\n"),
    "a binary": ("a.py", b"\0\1\2" + OPEN.encode() + b"\0</domain>"),
    "wide text": ("a.md", f"```\n{DOMAIN}\n```\n".encode("utf-16")),
    "numbers": ("a.py", f'x = "{OPEN}' + "\\U000fffff\\ud800\\uffff" * 20_000 + '</domain>"'),
}


@pytest.mark.survival(
    "Documents made to harm",
    "scripts, documents and data files: what never ends, quotes, braces and marks without measure, binaries",
    "one finding or silence",
)
@pytest.mark.parametrize(("file", "text"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_file_is_one_finding_or_silent(file, text):
    report = lint(file, text)
    assert len(report.findings) <= 1
    assert report.error is None


def test_a_thousand_domains_are_looked_at_and_the_rest_is_named():
    text = "".join(f"```xml\n{DOMAIN}\n```\n" for _ in range(3000))
    rules = [rule for rule, *_ in found("a.md", text)]
    assert rules == ["agent-not-unix"] * 1000 + ["template-not-lintable"]


def test_fixes_of_many_domains_are_made_in_several_runs():
    text = "".join(f"```xml\n{DOMAIN}\n```\n" for _ in range(600))
    once = fixed("a.md", text)
    assert 0 < once.count("pty") < 600
    assert fixed("a.md", once) == text.replace("pty", "unix")


def test_file_that_is_too_large_is_an_error_where_it_was_named():
    data = b"<domain type='kvm'>" + b"x" * (33 << 20)
    assert "over 32 MiB" in lint("a.md", data).error
