"""The format for people: the marker, the notes, the summary, colour."""

import io
import re

import pytest

from chanfix.lint.finding import Excerpt, FileReport, Finding, Report, Severity
from chanfix.position import Position
from chanfix.reporters import Options
from chanfix.reporters.text import write_text
from chanfix.xml.place import Place
from chanfix.xml.span import Span


def text_of(*files, **options):
    stream = io.StringIO()
    write_text(Report(files, (), "0.1.0"), stream, Options(**options))
    return stream.getvalue()


def finding_in(line, start, end):
    place = Place(Span(0, 0), Position(7, start + 1), Position(7, end + 1))
    return Finding("some-rule", Severity.ERROR, "message", place, excerpt=Excerpt(line, start, end))


@pytest.mark.parametrize(
    ("before", "marked", "after", "shown", "marker"),
    [
        ("<a b='", "cd", "'/>", "<a b='cd'/>", "      ^^"),
        ("", "<a/>", "", "<a/>", "^^^^"),
        ("<a>", "", "</a>", "<a></a>", "   ^"),
        ("", "", "", "", "^"),
        ("\t\t<a b='", "cd", "'/>", "\t\t<a b='cd'/>", "\t\t      ^^"),
        ("<漢字>", "字", "x", "<漢字>字x", "      ^^"),
        ("\uff21", "\uff22", "x", "\uff21\uff22x", "  ^^"),
        ("e\u0301 ", "e\u0301", " x", "e\u0301 e\u0301 x", "  ^"),
        ("\x1b ", "\x1b", " x", "\\x1b \\x1b x", "     ^^^^"),
    ],
)
def test_marker_is_under_the_very_characters(before, marked, after, shown, marker):
    line = before + marked + after
    written = text_of(FileReport("a.xml", (finding_in(line, len(before), len(before + marked)),)))
    assert written.splitlines()[1:3] == [f"    7 | {shown}", f"      | {marker}"]


def test_marker_stays_in_its_gutter_when_line_numbers_are_long():
    finding = finding_in("abc", 1, 2)
    place = finding.place._replace(start=Position(1234567, 2), end=Position(1234567, 3))
    written = text_of(FileReport("a.xml", (finding._replace(place=place),)))
    assert written.splitlines()[1:3] == ["1234567 | abc", "        |  ^"]


def test_finding_without_an_excerpt_is_its_message_alone():
    finding = finding_in("abc", 1, 2)._replace(excerpt=None)
    assert text_of(FileReport("a.xml", (finding,))).splitlines()[:2] == ["a.xml:7:2: error[some-rule] message", ""]


def test_five_hundred_findings_of_a_file_are_shown_and_the_rest_counted():
    findings = (finding_in("abc", 1, 2)._replace(excerpt=None),) * 1700
    written = text_of(FileReport("a.xml", findings), FileReport("b.xml", findings[:500]))
    assert written.count("error[some-rule]") == 1000
    assert "\na.xml: and 1,200 more; other formats list them all\n" in written
    assert "b.xml: and" not in written
    assert "2,200" in written.splitlines()[-1] or "2200" in written.splitlines()[-1]


def test_a_note_follows_the_finding_and_is_harmless():
    finding = finding_in("abc", 1, 2)._replace(note="not fixed\x1b")
    assert "  note: not fixed\\x1b" in text_of(FileReport("a.xml", (finding,))).splitlines()


def test_colour_is_there_only_when_that_is_wished_and_changes_no_text(written):
    plain, coloured = written("text"), written("text", color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[agent-not-unix]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("files", "summary"),
    [
        ((), "no findings in 0 files"),
        ((FileReport("a.xml"),), "no findings in 1 file"),
        ((FileReport("a.xml", suppressed=3),), "no findings in 1 file; 3 suppressed"),
        ((FileReport("a.xml", fixed=(finding_in("a", 0, 1),)),), "no findings in 1 file; 1 fixed"),
        ((FileReport("a.xml", (finding_in("a", 0, 1),)), FileReport("b.xml")), "1 error in 1 of 2 files"),
        ((FileReport("a.xml", skipped="why"),) * 2, "no findings in 2 files; 2 files skipped"),
        ((FileReport("a.xml", error="why"),), "no findings in 1 file; 1 file not linted"),
    ],
)
def test_last_line_counts_what_there_is(files, summary):
    assert text_of(*files).splitlines()[-1] == summary
