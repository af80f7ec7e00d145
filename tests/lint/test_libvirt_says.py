"""What libvirt and QEMU say of what each rule reports: docs/libvirt-says.md, of the very cases that the claims run.

That they do say so is shown on the real driver, in the modules that the cases come from. Here each case is held against
its rule, and the page against the cases.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed import SCHEMA
from libvirt_answers import PAGE, STARTS, holds_in, page, questions, recorded, series
from libvirt_says import CASES, SAID, SILENT, VERSION
from version_claims import CHANGES

from chanfix.domain import versions
from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES, by_name
from chanfix.lint.run import Job, Run, Source

ASK = Path(__file__).resolve().parents[2] / "docs" / "tools" / "libvirts" / "answers.py"
QUESTIONS = questions()
RECORDS = recorded()


@pytest.mark.parametrize(("name", "said"), [pytest.param(*case, id=case[0]) for case in CASES])
def test_the_rule_reports_what_libvirt_is_shown_to_refuse_or_change(name, said):
    if by_name(name).needs_schema and SCHEMA is None:
        pytest.skip("libvirt's schemas are not installed (Debian package libvirt0)")
    [report] = Run.lint([Source("web.xml", said.text.encode)], Job(RULES, version=VERSION, schema=SCHEMA)).reports
    assert name in {finding.rule for finding in report.findings}


def test_every_error_is_shown_or_has_a_reason_why_not():
    # What libvirt-refuses reports are libvirt's own words.
    errors = {rule.name for rule in RULES if rule.severity is Severity.ERROR and not rule.asks_libvirt}
    assert errors <= SAID.keys() | SILENT.keys()
    assert (SAID.keys() | SILENT.keys()) <= {rule.name for rule in RULES}
    assert SAID.keys().isdisjoint(SILENT)


def test_the_page_is_made_of_the_cases_and_the_records(golden):
    golden(PAGE, page())


@pytest.mark.parametrize("version", RECORDS, ids=str)
def test_records_answer_the_questions_of_today(version):
    answers = RECORDS[version]["answers"]
    stale = {question.name for question in QUESTIONS} ^ answers.keys()
    stale |= {question.name for question in QUESTIONS if answers.get(question.name, {}).get("of") != question.digest}
    assert stale == set(), "ask again: scripts/libvirts says"


@pytest.mark.embed
def test_what_is_on_record_is_what_the_installed_libvirt_says(shared_folder):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    # Starts take long, and those of the cases are in the tests of the claims.
    asked = [question for question in QUESTIONS if question.said.step.startswith("define")]
    (shared_folder / "questions").write_text(json.dumps([question.asked for question in asked]))
    command = [sys.executable, ASK, shared_folder / "questions"]
    done = subprocess.run(command, env=os.environ | {"HOME": str(shared_folder)}, capture_output=True, text=True)
    if "cannot be opened" in done.stderr:
        pytest.skip("libvirt's QEMU driver cannot be opened here")
    said = json.loads(done.stdout)
    record = RECORDS.get(Version.parse(said["libvirt"]))
    if record is None or record["qemu"] != series(said["qemu"]):
        pytest.skip(f"libvirt {said['libvirt']} with QEMU {said['qemu']} is not on record")
    now = {
        question.name: question.cell(answer)
        for question, answer in zip(asked, said["answers"], strict=True)
        if "skipped" not in answer
    }
    assert len(now) > 50
    assert now == {name: record["answers"][name]["says"] for name in now}


@pytest.mark.parametrize("name", CHANGES)
def test_change_was_seen_where_it_is_said_to_be(name):
    change = getattr(versions, name)
    held = holds_in(name)
    assert {version for version, is_so in held.items() if is_so} == {*change.seen_in}
    # What a later change took back holds no more.
    assert {version for version, is_so in held.items() if not is_so and version < change.since} == {*change.not_seen_in}


def test_change_that_was_never_seen_is_read():
    changes = {name for name, value in vars(versions).items() if isinstance(value, versions.VersionChange)}
    assert {name for name in changes if not getattr(versions, name).is_read} == CHANGES.keys()


@pytest.mark.parametrize("version", RECORDS, ids=str)
def test_no_error_is_reported_for_a_libvirt_that_starts_what_was_written(version):
    started = [
        question
        for question in QUESTIONS
        if question.rule and RECORDS[version]["answers"][question.name]["says"] == STARTS
    ]
    wrong = {question.name for question in started if Severity.ERROR in severities(question, version)}
    assert wrong == set()


def severities(question, version):
    """Return the severities of the findings of a question's own rule, for a version of libvirt."""
    [report] = Run.lint([Source("web.xml", question.said.text.encode)], Job(RULES, version=version)).reports
    return {finding.severity for finding in report.findings if finding.rule == question.rule}
