"""``lint --add-ignore`` on whole documents, real ones and those of our corpus: what it promises, for each."""

import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from chanfix.lint.file import lint_sources
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.template import read_document

JOB = Job(tuple(rule for rule in chosen_rules(Config(), ["all"]) if not rule.needs_schema and not rule.asks_libvirt))
OURS = Path(__file__).resolve().parent.parent / "corpus"
EVERY = 25  # of libvirt's own documents
COMMENT = re.compile(rb"<!-- chanfix: ignore\[[a-z0-9, -]+\] TODO: why -->")


def ours(request):
    made = (".expect", ".fixed.xml")
    return {str(path): path.read_bytes() for path in sorted(OURS.rglob("*.*")) if not path.name.endswith(made)}


def real(request):
    documents = request.getfixturevalue("real_documents")
    own = [name for name in sorted(documents) if name.startswith("qemu")]
    return {name: data for name, data in documents.items() if name not in own or name in own[::EVERY]}


@pytest.fixture(scope="module", params=[ours, real])
def cases(request):
    """The run over documents, and by number what comes of those with findings."""
    documents = request.param(request)
    run = Run.lint([Source(name, partial(bytes, data)) for name, data in documents.items()], JOB)
    return run, {number: run.ignore(number) for number, one in enumerate(run.reports) if one.findings}


def test_most_findings_are_suppressed(cases):
    run, results = cases
    found = sum(len(one.findings) for one in run.reports)
    suppressed = sum(one.suppressed for one in results.values())
    left = sum(len(one.file.report.findings) for one in results.values())
    assert found == suppressed + left
    assert suppressed > 0.9 * found > 100
    assert all("not suppressed: " in left.note for one in results.values() for left in one.file.report.findings)


def test_next_run_finds_just_what_is_left(cases):
    run, results = cases
    for number, one in results.items():
        source = Source(run.sources[number].name, partial(bytes, one.file.after))
        [again] = lint_sources(JOB, [source], [run.others[number]])
        assert identities(again.report) == identities(one.file.report), source.name


def identities(report):
    return Counter((finding.rule, finding.place.span, finding.message) for finding in report.findings)


def test_nothing_but_comments_and_blanks_around_them_is_new(cases):
    _, results = cases
    for one in results.values():
        before, after = (COMMENT.sub(b"", data).split() for data in (one.file.before, one.file.after))
        assert before == after
        new = len(COMMENT.findall(one.file.after)) - len(COMMENT.findall(one.file.before))
        assert new == one.comments


def test_elements_and_their_values_are_as_before(cases):
    run, results = cases
    for number, one in results.items():
        if one.comments and one.file.report.path.endswith(".xml"):
            before, after = (elements(data, run.sources[number].name) for data in (one.file.before, one.file.after))
            assert before == after


def elements(data, name):
    """Return the elements of a text with their attributes, and the text of those that hold no others."""
    root = read_document(data, name).root
    return [(node.tag, node.attributes, "" if node.children() else node.text) for node in root.descendants("*")]
