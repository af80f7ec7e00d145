"""The promises of lint and add, kept on every real template there is."""

import re
from functools import partial
from html import unescape

import pytest

from chanfix.errors import InputError
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.known.rule_names import PROFILES
from chanfix.lint.rule import Bad
from chanfix.lint.rules import load
from chanfix.lint.run import Job, Run, Source
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.rewrite.rename import attach, detach
from chanfix.template import read_document
from chanfix.xml.edit import Safety

EVERY = 6
RULES = chosen_rules(Config())
EXAMPLES = [
    example
    for rule in RULES
    for example in load(rule).examples
    if isinstance(example, Bad) and example.xml.startswith(("<channel", "<console", "<controller", "<redirdev"))
]
CONSTRUCT = re.compile(rb"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>|%[A-Z_]+%", re.DOTALL)
NOT_LINTABLE = {"it-infra-be+ansible-role-kvm__templates__domain.xml.j2"}


@pytest.fixture(scope="module")
def templates(corpus):
    """The real templates by name; one without a construct is none."""
    files = sorted((corpus / "real").iterdir())
    texts = {path.name: path.read_bytes() for path in files}
    return {name: data for name, data in texts.items() if b"<domain" in data and CONSTRUCT.search(data)}


@pytest.fixture(scope="module")
def readable(templates):
    return {name: data for name, data in templates.items() if name not in NOT_LINTABLE}


def run_on(name, data):
    return Run.lint([Source(name, partial(bytes, data))], Job(RULES))


def test_all_but_a_few_templates_are_lintable(templates):
    refused = set()
    for name, data in templates.items():
        try:
            read_document(data, name)
        except InputError:
            refused.add(name)
    assert len(templates) >= 17
    assert refused == NOT_LINTABLE


def with_examples(templates):
    """Each template as it is, and with some of the rules' examples put in, one at a time; all have their turn."""
    for number, (name, data) in enumerate(templates.items()):
        yield name, data
        head, end, tail = data.rpartition(b"</devices>")
        for example in EXAMPLES[number % EVERY :: EVERY]:
            yield name, head + example.xml.encode() + end + tail


# Rules that do not quote the value they point at: it has no end, or another one was meant. Those of whole domains say
# numbers as they are, and name what a device is.
QUIET = {"agent-detached", "path-too-long"} | {rule.name for rule in RULES if rule.name not in PROFILES["channel"]}


def test_findings_point_at_what_they_speak_of(readable):
    wrong, number = [], 0
    for name, text in with_examples(readable):
        [report] = run_on(name, text).reports
        assert report.error is None
        for finding in report.findings:
            number += 1
            pointed = unescape(text[finding.place.span.start : finding.place.span.end].decode())
            if finding.rule not in QUIET and not is_spoken_of(pointed, finding.message):
                wrong.append((name, finding.rule, pointed, finding.message))
    assert wrong == []
    assert number > 200


def is_spoken_of(pointed, message):
    """Say whether a tag is pointed at, or a value or an attribute that the message has."""
    return pointed.startswith("<") or any(part in message for part in (pointed, pointed.partition("=")[0]))


@pytest.mark.parametrize("safety", [Safety.SAFE, Safety.UNSAFE])
def test_fixes_change_bytes_outside_of_constructs_only(readable, safety):
    mended = 0
    for name, text in with_examples(readable):
        run = run_on(name, text)
        if not run.fixable(safety):
            continue
        after = run.fix(0, safety).after
        mended += after != text
        assert CONSTRUCT.findall(after) == CONSTRUCT.findall(text)
        read_document(after, name)
    assert mended > 40


def test_add_detach_and_attach_keep_their_promises(readable):
    added = 0
    for name, data in readable.items():
        read = partial(read_document, name=name)
        after = add(read(data), Wish()).data
        added += after != data
        assert CONSTRUCT.findall(after) == CONSTRUCT.findall(data)
        assert after.replace(new_part(data, after), b"", 1) == data
        assert add(read(after), Wish()).data == after
        detached = detach(read(after), Wish()).data
        assert detached == after.replace(b"org.qemu.guest_agent.0", b"org.qemu.guest_agent.1")
        assert attach(read(detached), Wish()).data == after
    assert added >= 14


def new_part(before, after):
    start = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return after[start : start + len(after) - len(before)]
