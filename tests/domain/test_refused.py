"""What libvirt refuses, row by row: found in a domain of its own, and asked of the QEMU driver."""

import re
import shutil
from fnmatch import fnmatchcase

import pytest
from refused_cases import CASES, case

from chanfix.domain import Domain
from chanfix.domain.refused.row import rows
from chanfix.domain.refused.search import refusals
from chanfix.domain.versions import Version

ASKED = Version(9)
BY_NAME = {row.name: row for row in rows()}


def test_rows_have_names_of_their_own_and_a_case_each():
    assert len(BY_NAME) == len(rows())
    assert BY_NAME.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_row_is_found_in_its_case_and_no_other_is(name):
    domain, since = Domain.parse(CASES[name].encode()), BY_NAME[name].since
    found = list(refusals(domain, Version.parse(since) if since else ASKED))
    assert [refusal.row.name for refusal in found] == [name]


# libvirt defines it: where virtual CPUs are listed, their number at boot is not read.
LISTED = "<vcpu current='0'>2</vcpu><vcpus><vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no'/></vcpus>"


def test_listed_virtual_cpus_count_and_not_their_number():
    assert list(refusals(Domain.parse(case(vcpu=LISTED).encode()), ASKED)) == []


@pytest.mark.embed
def test_driver_defines_a_domain_whose_virtual_cpus_are_listed(refusal):
    assert refusal(case(vcpu=LISTED).encode()) is None


# Of 250 times libvirt 9.0 ends one to three times while it refuses these, and some of its answers are cut. It reads
# what it has freed, so once in a while another answer right after these is wrong too: all are asked again.
ASKED_OFTEN = dict.fromkeys(
    [
        *("numa-distance", "numa-distance-to-itself", "numa-distance-long", "distances-empty"),
        *("sibling-without-id", "sibling-without-value", "sibling-past-the-cells"),
        *("latency-initiator", "latency-target", "bandwidth-initiator", "bandwidth-target"),
    ],
    20,
)


@pytest.mark.embed
@pytest.mark.parametrize("name", CASES)
def test_driver_refuses_the_case_in_the_words_of_the_row(name, refusal, request):
    found = re.search("arch='(.*?)'", CASES[name])
    arch = found[1] if found else "x86_64"
    if shutil.which(f"qemu-system-{arch}") is None:
        pytest.skip(f"QEMU for {arch} is missing: install the package of Debian that has qemu-system-{arch}")
    row = BY_NAME[name]
    if row.where == "devices/emulator":
        refusal = as_it_stands(request.getfixturevalue("installed_driver"))
    version = Version.from_number(pytest.importorskip("libvirt").getVersion())
    if version < Version.parse(row.since or "9.0") or (row.until and version >= Version.parse(row.until)):
        pytest.skip(f"libvirt {version} may take this")
    # White space behind the domain makes another question of it.
    answers = (
        refusal(CASES[name].encode() + b"\n" * number) or "it is defined" for number in range(ASKED_OFTEN.get(name, 3))
    )
    assert any(fnmatchcase(plain(said), f"*{plain(words)}*") for said in answers for words in row.said)


def as_it_stands(driver):
    """Return what asks about a document as it is: else an emulator that is not here is replaced."""
    return lambda document: driver.ask(document).message


def plain(words):
    """Return words without what is more than itself in a pattern; an asterisk stays."""
    return words.replace("[", "(").replace("?", ".")
