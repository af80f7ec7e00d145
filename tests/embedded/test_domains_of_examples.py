"""Domains in documents and programs are examples or tests, and are not compared with others."""

import pytest
from linting import EVERY
from surroundings import DOMAIN

from chanfix.lint.run import Job, Run, Source

UUID = "<uuid>6bd5b1d5-5a1b-4b2d-9df4-3d0f1b1c2a10</uuid>"
CARD = "<interface type='network'><source network='a'/><mac address='52:54:00:6b:3c:58'/></interface>"
SOCKET = "<source mode='bind' path='/srv/agents/a.sock'/>"
ONE = (
    DOMAIN.replace("</name>", f"</name>{UUID}")
    .replace("<devices>", f"<devices>{CARD}")
    .replace("'pty'>", f"'unix'>{SOCKET}")
)
OTHER = ONE.replace("web", "mail")
COMPARED = {"path-shared", "repeated-mac", "repeated-name", "repeated-uuid"}


def rules_found(*texts):
    sources = [Source(name, text.encode) for name, text in texts]
    reports = Run.lint(sources, Job(EVERY)).reports
    return {finding.rule for report in reports for finding in report.findings} & COMPARED


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("a.md", "```xml\n", "\n```\n"), ("a.py", 'X = """', '"""\n'), ("a.go", "var x = `", "`\n"), ("a.txt", "", "\n")],
)
def test_examples_are_compared_with_nothing(name, before, after):
    page, other_page = before + ONE + after, before + OTHER + after
    assert rules_found((name, page + other_page)) == set()
    assert rules_found((name, page), (f"other-{name}", other_page)) == set()
    assert rules_found((name, page), ("b.xml", OTHER)) == set()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.sh", "cat > a.xml <<'EOF'\n", "\nEOF\n"),
        ("a.yml", "- xml: |\n    ", "\n"),
        ("a.tf", "x = <<EOF\n", "\nEOF\n"),
    ],
)
def test_definitions_are_compared(name, before, after):
    one, other = before + ONE + after, before + OTHER + after
    if name == "a.yml":
        one, other = (before + xml.replace("\n", "\n    ") + after for xml in (ONE, OTHER))
    assert rules_found((name, one), ("b.xml", OTHER)) == {"repeated-uuid"}
    other = other.replace("6bd5b1d5", "7bd5b1d5")
    assert rules_found((name, one + other)) == {"path-shared", "repeated-mac"}
