"""The quick tests of conditions agree with the conditions."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.refused.conditions import holds, parse
from chanfix.domain.refused.quick import quick_test, value_of
from chanfix.domain.refused.row import rows

CONDITIONS = (
    *("@bus", "!@bus", "@bus = usb", "@bus = usb|-", "@bus != usb", "@bus != usb|-", "@bus ~ [a-z]+"),
    *(
        "@bus !~ [a-z]+",
        "target/@bus !~ u.*",
        "target !~ u.*",
        ". = usb",
        ". = usb|-",
        ". != usb",
        ". ~ u.*",
        ". !~ u.*",
    ),
    *("target", "!target", "target/@bus", "!target/@bus", "target/@bus = usb", "target/@bus = -|usb"),
    *("target/@bus != usb", "target/@bus != -|usb", "target/@bus ~ u.*"),
    *("target = usb", "target = usb|-", "target != usb", "target ~ u.*"),
    *("@bus !~ u.*", "target/@bus !~ [0-9]+", "target !~ u.*", "@bus < 8", "@bus > 6", "@bus > 7", "target > 1"),
    *(". = usb", ". = -|usb", ". != usb", ". ~ [a-z]*", ". > 1"),
)
ATTRIBUTES = ("", " bus=''", " bus='-'", " bus='usb'", " bus='ide'", " bus='7'", " bus='{{ bus }}'", " bus='usb${N}'")
DISKS = (
    *(f"<disk{attribute}/>" for attribute in ATTRIBUTES),
    *(f"<disk><target{attribute}/></disk>" for attribute in ATTRIBUTES),
    *(f"<disk>{text}</disk>" for text in ("usb", " usb ", "u<a>s</a>b", "{{ usb }}")),
    *(f"<disk><target>{text}</target></disk>" for text in ("usb", " usb ", "u<a>s</a>b", "{{ usb }}")),
    "<disk><!-- no target --><target/><target bus='usb'/></disk>",
    "<disk>usb</disk>",
    "<disk> 7 <target/></disk>",
    "<disk>{{ usb }}</disk>",
)


@pytest.mark.parametrize("written", CONDITIONS)
@pytest.mark.parametrize("disk", DISKS)
def test_quick_test_passes_where_the_condition_holds(written, disk):
    domain = Domain.parse(f"<domain type='kvm'><devices>{disk}</devices></domain>".encode())
    node, condition = domain.devices[0], parse(written)
    test = quick_test(condition)
    part = node.child(test.tag) if test.tag else node
    assert test.passes(value_of(part, test.attribute)) == holds(condition, node, domain)


@pytest.mark.parametrize("written", ["/os/@x = a", "a/b/@c = d", "a[b=c]/@d = e", ".", "@a below @b"])
def test_other_conditions_have_no_quick_test(written):
    assert quick_test(parse(written)) is None


def test_most_conditions_of_the_rows_have_a_quick_test():
    conditions = [parse(written) for row in rows() for written in row.when]
    assert sum(quick_test(condition) is not None for condition in conditions) > len(conditions) / 2
