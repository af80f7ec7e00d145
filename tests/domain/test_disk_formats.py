"""What a disk's file says of its format by its name."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.disk_formats import format_by_name
from chanfix.domain.views import disks
from chanfix.template import read_document


def disk(source):
    text = f"<domain type='kvm'><devices><disk>{source}</disk></devices></domain>"
    return disks(Domain.of(read_document(text.encode())))[0]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/srv/a.qcow2", "qcow2"),
        ("/srv/a.QCOW2", "qcow2"),
        ("/srv/a.b.vmdk", "vmdk"),
        ("/srv/a.iso", "raw"),
        ("/srv/{{ name }}.qcow2", "qcow2"),
        ("/srv/a.img", None),
        ("/srv/a.qcow", None),
        ("/srv/a.raw/disk", None),
        ("/srv/.raw", None),
        ("/srv/qcow2", None),
        ("/srv/a.{{ format }}", None),
        ("{{ path }}", None),
        ("", None),
    ],
)
def test_ending_of_a_file_stands_for_a_format(path, expected):
    assert format_by_name(disk(f"<source file='{path}'/>")) == expected


def test_source_that_a_template_may_leave_out_says_nothing():
    assert format_by_name(disk("{% if a %}<source file='/srv/a.qcow2'/>{% endif %}")) is None
    assert format_by_name(disk("{{ source }}")) is None
    assert format_by_name(disk("")) is None
