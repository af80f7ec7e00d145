"""A misspelt name of what libvirt needs is one fault, and one finding: an error with libvirt's words and the fix."""

from functools import partial

import pytest
from refused_cases import case, disk, numa

from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES, by_name
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.patch import apply_fixes

RNG = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
ADDRESS = "<memballoon model='virtio'><address type='pci' bus='0' slot='7'/></memballoon>"
# What is right, and the name in it that is misspelt: the words to be replaced, and those that are put there.
MISSPELT = {
    "attribute": (case(os="<boot dev='hd'/>"), "dev='hd'", "devv='hd'", "devv"),
    "attribute-of-a-part": (case(RNG), "backend model", "backend modle", "modle"),
    "attribute-of-an-address": (case(ADDRESS), "address type", "address typ", "typ"),
    "attribute-with-a-default": (
        disk(attributes="type='file' device='cdrom'", source=""),
        "device=",
        "devise=",
        "devise",
    ),
    "attribute-of-a-cell": (case(inside=numa(0)), "memory='256'", "memroy='256'", "memroy"),
    "element-of-the-domain": (case(), "name>", "nam>", "<nam>"),
    "element-of-a-device": (case(RNG), "backend", "bakend", "<bakend model='random'>"),
}
# What the source has is for another type of disk: one of the two is wrong, and there is no fix.
OF_ANOTHER_TYPE = disk(source="<source dev='/dev/vg/a'/>")


def findings(text, rules=RULES):
    """Return the findings about unknown names and refused rows."""
    [report] = Run.lint([Source("a.xml", partial(bytes, text.encode()))], Job(rules)).reports
    return [found for found in report.findings if found.rule in ("unknown-name", "refused-combination")]


@pytest.mark.parametrize("kind", MISSPELT)
def test_misspelt_name_of_what_is_needed_is_one_error(kind):
    right, words, others, place = MISSPELT[kind]
    text = right.replace(words, others)
    assert findings(right) == []
    [found] = findings(text)
    assert (found.rule, found.severity) == ("unknown-name", Severity.ERROR)
    assert text[found.place.span.start : found.place.span.end] == place
    assert "and refuses the domain; did you mean " in found.message
    assert found.note.startswith("libvirt says: ")


@pytest.mark.parametrize("kind", MISSPELT)
def test_without_the_rule_about_names_the_row_points_at_the_name(kind):
    right, words, others, place = MISSPELT[kind]
    text = right.replace(words, others)
    [found] = findings(text, (by_name("refused-combination"),))
    assert text[found.place.span.start : found.place.span.end] == place


@pytest.mark.embed
@pytest.mark.parametrize("kind", MISSPELT)
def test_driver_refuses_what_is_misspelt_and_takes_it_fixed(kind, refusal):
    right, words, others, _ = MISSPELT[kind]
    text = right.replace(words, others)
    assert refusal(text.encode())
    [found] = findings(text)
    assert found.fix is not None
    assert refusal(apply_fixes(text.encode(), [found.fix]).data) is None


def test_name_for_another_type_where_one_is_missing_is_one_error():
    [found] = findings(OF_ANOTHER_TYPE)
    assert (found.rule, found.severity) == ("unknown-name", Severity.ERROR)
    assert "it is for <disk> with type 'block'" in found.message


def test_name_beside_what_is_missing_that_is_not_like_it_is_a_finding_of_its_own():
    rules = [found.rule for found in findings(case(os="<boot colour='red'/>"))]
    assert sorted(rules) == ["refused-combination", "unknown-name"]


def test_misspelt_name_of_what_is_not_needed_is_dropped():
    [found] = findings(case("<rng modl='x' model='virtio'><backend model='random'/></rng>"))
    assert found.severity is Severity.WARNING
    assert not found.note
