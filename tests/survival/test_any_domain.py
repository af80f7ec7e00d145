"""What chanfix promises, kept on domains that nobody thought of, written in ways that nobody writes."""

from collections import Counter
from functools import partial

import pytest
from changing import DEVICES
from domain_xml import documents, domains, writings
from events import Events
from hypothesis import given, settings
from hypothesis import strategies as st

from chanfix.domain import AGENT_NAME, Domain
from chanfix.errors import ChanfixError
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.rewrite.rename import attach, detach
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

RULES = chosen_rules(Config())
# Those whose fixes change channels alone, and what belongs to them.
CHANNEL = chosen_rules(Config(), profile="channel")
EXAMPLES = 120


def survives(what, outcome):
    return pytest.mark.survival("Any domain XML", what, outcome)


@pytest.fixture
def for_any(request, tried):
    """Check something for many examples of strategies: the same ones at each run, others with ``--rounds``."""
    rounds = request.config.getoption("rounds")

    def for_any(check, *strategies, examples=EXAMPLES):
        count = 0

        def counted(values):
            nonlocal count
            check(*values)
            count += 1

        settings(max_examples=examples * rounds)(given(st.tuples(*strategies))(counted))()
        tried(count)

    return for_any


def run_on(data, rules=RULES):
    return Run.lint([Source("web.xml", partial(bytes, data))], Job(rules))


def others_in(data):
    """Return what a domain holds besides the devices that chanfix may change, its id, and blanks."""
    others, text, inside = [], "", 0
    for event in Events.by_scan(Document.parse(data)):
        if isinstance(event, str):
            text += "".join(event.split()) if not inside else ""
            continue
        name = event[0]
        is_ours = name in DEVICES or name == "controller"
        inside += (1 if len(event) == 2 else -1) if is_ours else 0
        if not inside and not is_ours:
            attributes = {key: value for key, value in event[1].items() if key != "id"} if len(event) == 2 else None
            others += [text, (name, attributes)]
            text = ""
    return others


def lines_of(data, encoding):
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").split("\n")


@survives("generated domains in generated writings, linted", "no traceback; every place is inside the text")
def test_every_finding_has_its_place_in_the_text(for_any):
    def check(data):
        [report] = run_on(data).reports
        assert report.error is None
        lines = lines_of(data, Document.parse(data).encoding)
        for finding in (*report.findings, *report.fixed):
            for place in (finding.place, *finding.related):
                assert 0 <= place.span.start <= place.span.end <= len(data)
                for at in (place.start, place.end):
                    assert 1 <= at.line <= len(lines)
                    assert 1 <= at.column <= len(lines[at.line - 1]) + 2

    for_any(check, documents())


@survives("generated domains, each in two writings, linted", "the same rules find the same")
def test_a_writing_changes_no_finding(for_any):
    def check(domain, one, other):
        found = [
            Counter(finding.rule for finding in run_on(way.bytes_of(domain)).reports[0].findings)
            for way in (one, other)
        ]
        assert found[0] == found[1]

    for_any(check, domains(), writings(), writings())


@survives("generated domains, scanned", "elements, attributes and texts as expat has them")
def test_the_scan_finds_what_expat_finds(for_any):
    def check(data):
        assert Events.by_scan(Document.parse(data)) == Events.by_expat(data)

    for_any(check, documents())


@survives("generated domains, `lint --fix` and `--unsafe-fixes`", "fixed twice is fixed once; all else as it was")
def test_fixes_come_to_rest_and_keep_to_themselves(for_any):
    def check(data, safety):
        for rules in (RULES, CHANNEL):
            run = run_on(data, rules)
            for number in run.fixable(safety):
                fixed = run.fix(number, safety)
                assert run_on(fixed.after, rules).fix(0, safety).after == fixed.after
                assert rules != CHANNEL or others_in(fixed.after) == others_in(data)

    for_any(check, documents(), st.sampled_from([Safety.SAFE, Safety.UNSAFE]))


@survives("generated domains, `add` twice", "the second changes nothing; one agent channel; all else as it was")
def test_add_is_idempotent(for_any):
    def check(data):
        try:
            added = add(Document.parse(data), Wish()).data
        except ChanfixError:
            return
        assert add(Document.parse(added), Wish()).data == added
        assert len(Domain.of(Document.parse(added)).agent_channels) == 1
        assert others_in(added) == others_in(data)

    for_any(check, documents())


@survives("generated domains, `detach-libvirt` then `attach-libvirt`", "the very bytes from before")
def test_attach_gives_back_what_detach_took(for_any):
    def check(data):
        try:
            added = add(Document.parse(data), Wish()).data
            detached = detach(Document.parse(added), Wish()).data
        except ChanfixError:
            return
        assert detached.count(AGENT_NAME.encode()) < added.count(AGENT_NAME.encode()) or b"&#" in added
        assert attach(Document.parse(detached), Wish()).data == added

    for_any(check, documents())


@survives("generated domains with bytes put in and taken out, linted", "no traceback; a finding, or an error in words")
def test_broken_bytes_are_linted_without_a_traceback(for_any):
    def check(data, cuts):
        for at, length, new in cuts:
            start = at % (len(data) + 1)
            data = data[:start] + new + data[start + length :]
        [report] = run_on(data).reports
        assert "failed:" not in (report.error or "")
        for finding in report.findings:
            assert finding.place.span.end <= max(len(data), 1) * 3  # wide encodings are read as UTF-8

    pieces = st.sampled_from(
        [b"", b"<", b">", b"&", b"'", b"<!--", b"]]>", b"\0", b"\xff", b"{{ x }}", b"{% if %}", b"%"]
    )
    cuts = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 30), pieces | st.binary(max_size=3)), max_size=4)
    for_any(check, documents(), cuts)
