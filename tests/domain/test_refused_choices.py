"""A row is about each of the values that it names, and its case has one of them: here are the others."""

import pytest
from refused_cases import CASES

from chanfix.domain import domains_in
from chanfix.domain.refused.conditions import Found, find, parse
from chanfix.domain.refused.row import rows
from chanfix.domain.refused.search import refusals
from chanfix.domain.versions import Version
from chanfix.xml.document import Document


def values_of(condition):
    """Return the values of a choice, or the last ones that are too small or too large."""
    match condition.operator:
        case "=":
            return [value for value in condition.choice if value is not None]
        case "<":
            return [str(int(condition.wanted) - 1)]
        case ">":
            return [str(int(condition.wanted) + 1)]
    return []


def with_other_values(row, version):
    """Yield the case of a row with each other value that the row is about."""
    data = CASES[row.name].encode()
    [domain] = domains_in(Document.parse(data))
    elements = [refusal.element for refusal in refusals(domain, version) if refusal.row == row]
    for condition in map(parse, row.when):
        found = find(condition, elements[-1], domain) if elements and values_of(condition) else None
        # QEMU for another architecture may not be here.
        if not isinstance(found, Found) or condition.attribute == "arch":
            continue
        place = found.node.attribute_place(found.attribute).value if found.attribute else found.node.place.content
        for value in values_of(condition):
            text = data[: place.start] + value.encode() + data[place.end :]
            if row in {refusal.row for refusal in refusals(domains_in(Document.parse(text))[0], version)}:
                yield f"{condition.attribute or row.where} = {value}", text


@pytest.mark.embed
@pytest.mark.parametrize(
    "row", [row for row in rows() if any(values_of(parse(written)) for written in row.when)], ids=lambda row: row.name
)
def test_driver_refuses_the_other_values_of_a_row_too(row, refusal, installed_driver):
    texts = dict(with_other_values(row, Version.parse(installed_driver.about.libvirt)))
    assert [value for value, text in texts.items() if refusal(text) is None] == []
