"""What holds for all formats: their golden files, and that nobody outside has a say in them."""

import io
import json

import pytest
from dangerous import is_dangerous
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from chanfix.lint.finding import Change, Excerpt, FileReport, Finding, Report, RuleInfo, Severity
from chanfix.position import Position
from chanfix.reporters import REPORTERS, Options
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.place import Place
from chanfix.xml.span import Span

GOLDEN = {
    "text": "report.txt",
    "concise": "report.concise",
    "json": "report.json",
    "json-v1": "report-v1.json",
    "sarif": "report.sarif",
    "github": "report.github",
    "gitlab": "report.gitlab",
    "codeclimate": "report.codeclimate",
    "junit": "report.junit.xml",
    "checkstyle": "report.checkstyle.xml",
    "azure": "report.azure",
    "rdjson": "report.rdjson",
}
READ_BACK = dict.fromkeys(("json", "json-v1", "sarif", "gitlab", "codeclimate", "rdjson"), json.loads)

every_format = pytest.mark.parametrize("name", REPORTERS)

# Names of files may hold bytes that are no text.
anything = st.text(
    st.characters(max_codepoint=0xD7FF)
    | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
    | st.characters(min_codepoint=0xE000)
)


def report_of(text):
    """A report in which every text that comes from outside is ``text``."""
    position = Position(1, 1)
    place = Place(Span(0, 1), position, Position(1, 2), text, text or None)
    fix = Fix(text, Safety.SAFE, (Edit(place.span, b""),))
    finding = Finding(
        "some-rule",
        Severity.ERROR,
        text,
        Place(place.span, place.start, place.end),
        (place,),
        fix,
        (Change(position, position, text),),
        Excerpt(text, 0, len(text)),
    )
    rule = RuleInfo("some-rule", "summary", Severity.ERROR, "always", "0.1.0", "Page.\n")
    return Report((FileReport(text, (finding,), error=text), FileReport(text, skipped=text)), (rule,), "0.1.0")


def write(name, report, **options):
    stream = io.StringIO()
    REPORTERS[name](report, stream, Options(**options))
    return stream.getvalue()


@every_format
def test_output_is_that_of_the_golden_file(name, written, golden):
    golden(GOLDEN[name], written(name), READ_BACK.get(name, str))


@every_format
def test_report_of_nothing_ends_with_a_line(name):
    text = write(name, Report((), (), "0.1.0"))
    assert text == "" or text.endswith("\n")


@pytest.mark.survival(
    "Names and texts made to harm",
    "generated texts in every place of a report, in each format of `lint`",
    "nothing that a terminal acts on",
    times=100,
)
@every_format
@given(text=anything)
@example("\x00\x1b[2J\x7f\x9b\u202e\u2028\ufeff\ufffe\uffff\udcff]]>&<")
@example("\\udcff \\ud800 \\\udcff \U0001f600\udcff")
def test_nothing_in_a_report_reaches_a_terminal_raw(name, text):
    tabs = {"\t"} if name == "text" else set()
    assert {each for each in write(name, report_of(text)) if is_dangerous(each)} - {"\n"} - tabs == set()


@pytest.mark.survival(
    "Names and texts made to harm", "generated texts in a JUnit report", "XML, whatever it holds", times=100
)
@given(text=anything)
@example("]]>\x00\ufffe\uffff\udcff<script>\n\r")
def test_junit_is_xml_whatever_it_holds(text):
    root = etree.fromstring(write("junit", report_of(text)).encode("ascii"))
    assert root.xpath("count(//failure)") == 1


@pytest.mark.parametrize("name", READ_BACK)
@given(text=anything)
@example("\\\\\udcff\U0001f600\\ud83d")
def test_json_is_ascii_and_well_formed_unicode_whatever_it_holds(name, text):
    written = write(name, report_of(text))
    assert written.isascii()
    json.dumps(json.loads(written), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("name", ["concise", "github", "azure"])
@given(text=anything)
def test_each_line_is_one_finding_whatever_it_holds(name, text):
    assert len(write(name, report_of(text)).splitlines()) == 2


@pytest.mark.survival(
    "Names and texts made to harm",
    "generated texts in a report that a CI runner reads along",
    "no line is a workflow command",
    times=100,
)
@pytest.mark.parametrize("name", ["text", "concise", "junit"])
@given(text=anything)
@example("::error::injected")
@example("  ::stop-commands::x")
def test_no_line_is_a_workflow_command_to_a_runner_that_reads_along(name, text):
    lines = write(name, report_of(text)).splitlines()
    assert [line for line in lines if line.strip().startswith("::")] == []
