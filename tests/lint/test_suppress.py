import re

import pytest

from chanfix.lint.hide import hide
from chanfix.lint.rule import At, Draft
from chanfix.lint.rules import RULES
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety
from chanfix.xml.patch import apply_fixes
from chanfix.xml.span import Span

ALL = [rule.name for rule in RULES]
# Two rules that are there, with names that are easy to tell.
A, B = "agent-not-unix", "doctype"
_MARKED = re.compile(r"\{(\w+)\}")


def with_names(text):
    """Write the rules' names for ``A`` and ``B``, and a domain for ``<r>``: only that may be edited."""
    text = re.sub(r"\bA\b", A, re.sub(r"\bB\b", B, text))
    return re.sub(r"(</?)r\b", r"\1domain", text)


def applied(text, ran=ALL):
    """Apply the suppressions of a text in which ``{a}`` and ``{b}`` are where rules A and B find something."""
    plain, findings = "", []
    done = 0
    for match in _MARKED.finditer(text):
        plain += text[done : match.start()]
        rule = {"a": A, "b": B}[match[1]]
        findings.append((rule, len(plain.encode())))
        done = match.end()
    document = Document.parse((plain + text[done:]).encode())
    drafts = [Draft("m", At.bytes(Span(at, at)), rule=rule) for rule, at in findings]
    return document, hide(document, drafts, ran)


def unused(result):
    return [draft for draft in result.kept if draft.rule == "unused-suppression"]


def kept(text):
    _, result = applied(text)
    return "".join({A: "a", B: "b"}.get(draft.rule, "") for draft in result.kept)


def reported(text, ran=ALL):
    document, result = applied(text, ran)
    return [(document.text(draft.at.span), draft.message) for draft in unused(result)]


def fixed(text, safety=Safety.SAFE):
    document, result = applied(text)
    fixes = [draft.fix for draft in unused(result) if draft.fix and draft.fix.safety >= safety]
    return apply_fixes(document.data, fixes).data.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # On the line of the comment.
        ("<r>\n<x {a}{b}/> <!-- chanfix: ignore[A] -->\n</r>", "b"),
        ("<r>\n<x {a}{b}/> <!-- chanfix: ignore[A, B] -->\n</r>", ""),
        ("<r>\n<x {a}{b}/> <!-- chanfix: ignore -->\n</r>", ""),
        ("<r>\n<x {a}\n y='{b}'/> <!-- chanfix: ignore -->\n</r>", "a"),
        ("<r>\n<x/> <!-- chanfix: ignore[A] -->\n<y {a}/></r>", "a"),
        ("<r>\n<x/> <!-- chanfix: ignore[A] --> <y {a}>\n<z {a}/></y></r>", "a"),
        ("<r>\n<x/><!-- chanfix: ignore[A]\n why --><y {a}/>\n<z {a}/></r>", "a"),
        ("<r {a}>\r<x {a}/> <!-- chanfix: ignore[A] -->\r</r>", "a"),
        ("<r>\n<!-- x {a} --><!-- chanfix: ignore[A] --></r>", ""),
        ("<r><x/> <!-- chanfix: ignore[A] --> {a}</r>{a}", ""),
        # Above an element: all of it, and no further.
        ("<r>\n<!-- chanfix: ignore[A] -->\n<x {a}>\n<y {a}{b}/>\n</x {a}>\n<x {a}/></r>", "ba"),
        ("<r {a}>\n<!-- chanfix: ignore[A] -->\n<x/><y {a}/></r>", "aa"),
        ("<r>\n<!-- chanfix: ignore[A] -->\n\n<!-- note {a} -->\n<?pi {a}?>\n<x {a}/>\n<y {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: ignore[A] -->\n<!-- chanfix: ignore[B] -->\n<x {a}{b}/></r>", ""),
        ("<r>\n<p>\n<!-- chanfix: ignore[A] -->\n{a}text</p>\n<x {a}/></r>", "a"),
        ("<r>\n<p>text <!-- chanfix: ignore[A] --> {a}\n {a}</p></r>", "a"),
        ("<!-- chanfix: ignore[A] -->\n<r {a}>\n<x {a}/></r>\n<!-- {a} -->", "a"),
        ("<?xml version='1.0'?>\n<!-- chanfix: ignore[A] --><r {a}>\n<x {a}/></r>", ""),
        ("\ufeff<!-- chanfix: ignore[A] --><r>\n<x {a}/></r>", ""),
        ("<r>\n<x {a}/></r>\n<!-- chanfix: ignore[A] -->\n<!-- {a} -->", "a"),
        # The whole file.
        ("<!-- chanfix: ignore-file[A] why -->\n<!-- {a} --><r {a}>\n<x {b}/></r><!-- {a} -->", "b"),
        ("<!-- {a} -->\n<!-- chanfix: ignore-file -->\n<r {a}>\n<x {b}/></r>", ""),
        ("<r>\n<!-- chanfix: ignore-file[A] -->\n<x {a}/></r>", "a"),
        # Ways to write it.
        ("<r>\n<!--chanfix:ignore[A]-->\n<x {a}/></r>", ""),
        ("<r>\n<!--\n  chanfix: ignore [\n    A,\n    B\n  ]\n  why: see [1]\n-->\n<x {a}{b}/></r>", ""),
        ("<r>\n<!-- chanfix: ignore[A B,] -->\n<x {a}{b}/></r>", ""),
        ("<r>\n<!-- chanfix: ignore because of [A] -->\n<x {a}{b}/></r>", ""),
        ("<r a='é'>\n<!-- chanfix: ignore[A] é -->\n<x {a}{b}/></r>", "b"),
        # No directive, or a broken one: nothing is suppressed.
        ("<r>\n<!-- see chanfix: ignore[A] -->\n<x {a}/></r>", "a"),
        ("<r>\n<![CDATA[<!-- chanfix: ignore[A] -->]]>\n<x {a}/></r>", "a"),
        ("<r>\n<x k='chanfix: ignore'/>\n<x {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: ignore[A -->\n<x {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: ignore[] -->\n<x {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: ignore doctype -->\n<x {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: ignore no doctype -->\n<x {a}/></r>", ""),
        ("<r>\n<!-- chanfix: ignores[A] -->\n<x {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: ignore: A -->\n<x {a}/></r>", "a"),
        ("<r>\n<!-- chanfix: IGNORE -->\n<x {a}/></r>", "a"),
    ],
)
def test_a_comment_counts_for_its_line_and_the_element_below(text, expected):
    assert kept(with_names(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<!-- chanfix: ignore[doctype] -->",
            [("doctype", "the suppression of 'doctype' suppresses nothing")],
        ),
        ("<!-- chanfix: ignore -->", [("ignore", "the suppression of every rule suppresses nothing")]),
        (
            "<!-- chanfix: ignore[doctype, doctpye, zzz] --><x {b}/>",
            [("doctpye", "no rule is called 'doctpye'; expected 'doctype'"), ("zzz", "no rule is called 'zzz'")],
        ),
        (
            "<!-- chanfix: ignore[doctype, doctype] --><x {b}/>",
            [("doctype", "the suppression of 'doctype' suppresses nothing")],
        ),
        ("<!-- chanfix: ignroe -->", [("ignroe", "'ignroe' is no directive of chanfix; expected 'ignore'")]),
        (
            "<!-- chanfix: ignorefile -->",
            [("ignorefile", "'ignorefile' is no directive of chanfix; expected 'ignore-file'")],
        ),
        ("<!-- chanfix: -->", [("", "'' is no directive of chanfix; expected 'ignore' or 'ignore-file'")]),
        ("<!-- chanfix: off -->", [("off", "'off' is no directive of chanfix; expected 'ignore' or 'ignore-file'")]),
        (
            "<!-- chanfix: ignore doctype, other words --><x {b}/>",
            [("doctype", "'doctype' stands without brackets; expected 'ignore[doctype]'")],
        ),
        ("<!-- chanfix: ignore[doctype -->", [("[", "the list of rules has no ']'")]),
        (
            "<!-- chanfix: ignore[ , ] -->",
            [("[", "the list of rules is empty; expected names, or no brackets for every rule")],
        ),
        (
            "<!-- chanfix: ignore-file[doctype] --><x {b}/>",
            [("ignore-file", "'ignore-file' counts before the root element only")],
        ),
    ],
)
def test_a_comment_without_effect_is_reported_where_it_is_wrong(text, expected):
    assert reported(f"<domain>\n{text}\n</domain>") == expected


@pytest.mark.parametrize(
    "text",
    [
        "<domain>\n<!-- chanfix: ignore[doctype] -->\n<x {b}/></domain>",
        "<!-- chanfix: ignore-file -->\n<domain {a}/>",
        "<!-- chanfix: ignore-file[doctype] -->\n<domain {b}/>",
        "<domain>\n<!-- see chanfix: ignroe -->\n</domain>",
        "<domain/>",
    ],
)
def test_what_is_of_use_or_no_directive_is_not_reported(text):
    assert reported(text) == []


def test_a_family_suppresses_the_findings_of_its_rules():
    _, result = applied("<r>\n<!-- chanfix: ignore[agent] -->\n<x>{a}</x>\n<y>{a}</y></r>")
    assert (len(result.hidden), len(result.kept)) == (1, 1)
    _, result = applied("<r>\n<!-- chanfix: ignore[disk] -->\n<x/></r>")
    assert [draft.message for draft in unused(result)] == ["the suppression of 'disk' suppresses nothing"]


@pytest.mark.parametrize("name", ["machine-removed", "needs-newer-libvirt", "portability"])
def test_suppression_that_another_target_may_need_is_not_called_unused(name):
    assert reported(f"<domain>\n<!-- chanfix: ignore[{name}] -->\n<x/></domain>") == []


def test_of_nested_comments_the_innermost_is_of_use():
    outer = "<!-- chanfix: ignore-file[doctype] outer -->\n"
    inner = "<domain>\n<!-- chanfix: ignore[doctype] inner -->\n<x {b}/></domain>"
    document, result = applied(outer + inner)
    [draft] = unused(result)
    assert document.position(draft.at.span.start).line == 1
    assert reported(outer + inner.replace("<domain>", "<domain {b}>")) == []


@pytest.mark.parametrize(
    ("names", "ran", "expected"),
    [
        ("[doctype]", ["unused-suppression"], []),
        ("[doctype]", ["doctype"], []),
        ("[doctype]", ["doctype", "unused-suppression"], ["doctype"]),
        ("[zzz]", ["unused-suppression"], ["zzz"]),
        ("[zzz]", ["doctype"], []),
        ("[path-shared]", ALL, []),
        ("", ["doctype", "unused-suppression"], []),
        ("", ALL, ["ignore"]),
    ],
)
def test_nothing_is_called_unused_that_was_not_asked(names, ran, expected):
    text = f"<domain>\n<!-- chanfix: ignore{names} -->\n</domain>"
    assert [at for at, _ in reported(text, ran)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "<!-- chanfix: ignore-file[unused-suppression] -->\n<domain>\n<!-- chanfix: ignore[zzz] -->\n</domain>",
        "<domain>\n<!-- chanfix: ignore[doctype, unused-suppression] needed by the old host -->\n</domain>",
        "<!-- chanfix: ignore-file[unused-suppression] -->\n<domain>\n<!-- chanfix: ignroe -->\n</domain>",
    ],
)
def test_an_unused_suppression_can_be_suppressed_by_its_name(text):
    assert reported(text) == []


def test_an_unused_suppression_of_every_rule_does_not_hide_itself():
    assert len(reported("<!-- chanfix: ignore-file -->\n<domain>\n<!-- chanfix: ignore[doctype] -->\n</domain>")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n  <!-- chanfix: ignore[B] why -->\n  <x/>\n</r>", "<r>\n  <x/>\n</r>"),
        ("<r>\r\n\t<!-- chanfix: ignore\r\n why -->\r\n</r>", "<r>\r\n</r>"),
        ("<r>\n  <x/>  <!-- chanfix: ignore[B] -->\n</r>", "<r>\n  <x/>\n</r>"),
        ("<r>\n  <!-- chanfix: ignore[B] --> <x/>\n</r>", "<r>\n  <x/>\n</r>"),
        ("<r><!-- chanfix: ignore[B] --><x/></r>", "<r><x/></r>"),
        ("<!-- chanfix: ignore-file[B] -->\n<r/>", "<r/>"),
        ("<r/><!-- chanfix: ignore -->", "<r/>"),
        ("<r>\n<!-- chanfix: ignore[A, B] why -->\n<x {a}/></r>", "<r>\n<!-- chanfix: ignore[A] why -->\n<x /></r>"),
        ("<r>\n<!-- chanfix: ignore[B, A] why -->\n<x {a}/></r>", "<r>\n<!-- chanfix: ignore[A] why -->\n<x /></r>"),
        ("<r>\n<!-- chanfix: ignore[zz, B, yy] -->\n<x {b}/></r>", "<r>\n<!-- chanfix: ignore[B] -->\n<x /></r>"),
        ("<r>\n<!-- chanfix: ignore[A, B] -->\n<x/></r>", "<r>\n<x/></r>"),
        ("<r>\n<!-- chanfix: ignore[zz, doctpye] -->\n<x/></r>", "<r>\n<!-- chanfix: ignore[doctpye] -->\n<x/></r>"),
        ("<r>\n<!-- chanfix: ignroe -->\n<!-- chanfix: ignore[doctpye] -->\n</r>", None),
        ("<r>\n<!-- chanfix: ignore-file -->\n<!-- chanfix: ignore[B -->\n</r>", None),
    ],
)
def test_the_fix_removes_what_is_of_no_use_and_leaves_typing_errors(text, expected):
    assert fixed(with_names(text)) == with_names(text if expected is None else expected)


@pytest.mark.parametrize(
    ("comment", "title"),
    [("ignroe[doctype]", "Write 'ignore'"), ("ignore[doctpye]", "Write 'doctype'")],
)
def test_what_was_meant_is_shown(comment, title):
    text = f"<domain>\n<!-- chanfix: {comment} -->\n<x {{b}}/></domain>"
    _, result = applied(text)
    assert [(draft.fix.title, draft.fix.safety) for draft in unused(result)] == [(title, Safety.DISPLAY)]
    assert fixed(text, Safety.DISPLAY) == "<domain>\n<!-- chanfix: ignore[doctype] -->\n<x /></domain>"


@pytest.mark.parametrize(
    "data",
    [
        "<domain>\n<!-- chanfix: ignore[doctype] -->\n</domain>".encode("utf-16"),
        b"<domainsnapshot><domain>\n<!-- chanfix: ignore[doctype] -->\n</domain></domainsnapshot>",
    ],
)
def test_there_is_no_fix_where_nothing_is_edited(data):
    [draft] = hide(Document.parse(data), [], ALL).kept
    assert draft.fix is None


def test_a_document_without_the_word_is_not_looked_through():
    document = Document.parse(b"<domain><!-- ignore --></domain>")
    assert hide(document, [], ALL).kept == []
    assert "_scan" not in vars(document)


def test_many_comments_and_findings_take_no_time_worth_mentioning():
    block = "<!-- chanfix: ignore[doctype] -->\n<x {b}{a}/>\n"
    _, result = applied(f"<domain>\n{block * 1000}{'<x {a}/>' * 9000}</domain>")
    assert (len(result.kept), len(result.hidden), len(unused(result))) == (10_000, 1000, 0)


def test_suppressions_beyond_the_first_thousand_do_not_count_and_are_reported():
    block = "<!-- chanfix: ignore[doctype] -->\n<x {b}/>\n"
    document, result = applied(f"<domain>\n{block * 1010}</domain>")
    [draft] = unused(result)
    assert (len(result.kept), len(result.hidden)) == (11, 1000)
    assert document.position(draft.at.span.start).line == 2002
    assert draft.message == "only 1,000 suppressions of a file count, not this one"
