"""What lint promises, kept on every real document there is: no crash, true places, true errors.

The documents are libvirt's own test data and definitions from public repositories. They are not part of the project;
without them these tests are skipped.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest
from installed import SCHEMA
from known_errors import (
    DEFINED,
    ERRORS_BY_ROWS,
    ERRORS_IN_DEFINITIONS,
    ERRORS_IN_HARDWARE,
    ERRORS_IN_TEST_DATA,
    SCHEMA_ERRORS,
)

from chanfix.domain.versions import Version
from chanfix.errors import InputError
from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.document import Document

RULES = chosen_rules(Config())
LIBVIRT = Version(9)  # whose test data it is


def lint(documents, version=LIBVIRT):
    return Run.lint(sources_of(documents), Job(RULES, version=version))


def sources_of(documents):
    return [Source(name, partial(bytes, data)) for name, data in documents.items()]


def errors_in(run):
    """Return how many errors of each rule there are, by the document's name; nothing for one without an error."""
    counts = {
        report.path: Counter(finding.rule for finding in report.findings if finding.severity is Severity.ERROR)
        for report in run.reports
    }
    return {name: dict(count) for name, count in counts.items() if count}


@pytest.fixture(scope="module")
def run(real_documents):
    return lint(real_documents)


def test_every_document_is_linted_or_holds_no_domain(run):
    assert [report for report in run.reports if report.error] == []
    assert sum(1 for report in run.reports if report.skipped) < 150


def test_every_place_is_in_the_text_and_the_excerpt_shows_it(run, real_documents):
    wrong = []
    for report in run.reports:
        if report.findings:
            data = text_of(real_documents[report.path])
            wrong += [(report.path, finding) for finding in report.findings if not is_shown(finding, data)]
    assert wrong == []


def text_of(data):
    """Return the bytes that places count."""
    try:
        return Document.parse(data).data
    except InputError:
        return data


def is_shown(finding, data):
    place, excerpt = finding.place, finding.excerpt
    before, behind = data[: place.span.start].decode(), data[place.span.start :].decode()
    shown = excerpt.text[excerpt.start : excerpt.end]
    return (
        place.span.start < place.span.end <= len(data)
        and (place.start.line, place.start.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
        # What is shown of a secret is a mask.
        and re.match(re.escape(shown).replace(re.escape("***"), ".*"), behind)
    )


@pytest.fixture(scope="module")
def refused(corpus):
    """The names of libvirt's documents that its own tests of the QEMU driver expect to be refused."""
    lines = (corpus / "libvirt-9.0.0-refused.tsv").read_text().splitlines()
    return {line.partition("\t")[0] for line in lines}


def test_errors_are_on_what_libvirt_refuses_or_were_read_and_are_right(run, refused):
    known: dict[str, dict[str, int]] = {}
    for errors in (ERRORS_IN_TEST_DATA, ERRORS_BY_ROWS, ERRORS_IN_DEFINITIONS, ERRORS_IN_HARDWARE):
        for name, counts in errors.items():
            if name not in refused:
                known.setdefault(name, {}).update(counts)
    assert {name: counts for name, counts in errors_in(run).items() if name not in refused} == known


def test_most_of_what_libvirt_refuses_has_an_error(run, refused):
    # Some depend on the host, or on how QEMU was built: the text does not say.
    assert len(refused & errors_in(run).keys()) > 0.65 * len(refused)


@pytest.fixture(scope="module")
def refused_by_schema(real_documents):
    """How many findings the schema of libvirt 9.0 makes of each document."""
    if pytest.importorskip("libvirt").getVersion() // 1000 != 9000 or SCHEMA is None:
        pytest.skip("the schema of libvirt 9.0 is not here")
    errors = errors_in(Run.lint(sources_of(real_documents), Job((by_name("domain-schema"),), schema=SCHEMA)))
    return {name: count["domain-schema"] for name, count in errors.items() if "domain-schema" in count}


def test_libvirts_schema_refuses_what_was_read_and_is_wrong(refused_by_schema):
    # So libvirt's test data calls what is wrong on purpose.
    definitions = {name: count for name, count in refused_by_schema.items() if "-invalid" not in name}
    assert definitions == SCHEMA_ERRORS


@pytest.mark.embed
def test_the_driver_defines_few_documents_that_its_schema_refuses(stored, real_documents, refused_by_schema):
    assert {name for name in refused_by_schema if stored(real_documents[name])} == DEFINED


@pytest.mark.embed
def test_there_is_no_error_on_a_document_that_the_driver_defines(embed, stored, real_documents):
    errors = errors_in(lint(real_documents, Version.from_number(embed.getLibVersion())))
    accepted = [name for name, data in real_documents.items() if stored(data)]
    assert len(accepted) > 500
    assert {name: errors[name] for name in accepted if name in errors} == {}


def test_output_is_the_same_to_the_byte_in_every_run_and_for_any_number_of_jobs(real_documents, tmp_path):
    for name, data in real_documents.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-m", "chanfix", "lint", "--no-config", "--output-format", "sarif", "--jobs"]
    one, two = (
        subprocess.run(
            [*command, jobs, "."],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": jobs, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
        ).stdout
        for jobs in ("1", "2")
    )
    assert len(one) > 100_000
    assert one == two
