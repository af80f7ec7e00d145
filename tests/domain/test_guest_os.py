"""Which operating system a domain's metadata names."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.guest_os import is_windows, os_id
from chanfix.domain.values import Known, Unknown
from chanfix.template import read_document

NAMESPACE = "http://libosinfo.org/xmlns/libvirt/domain/1.0"


def domain(system, namespace=NAMESPACE):
    info = f"<o:libosinfo xmlns:o='{namespace}'>{system}</o:libosinfo>"
    return Domain.of(read_document(f"<domain type='kvm'><metadata>{info}</metadata></domain>".encode()))


@pytest.mark.parametrize(
    ("system", "expected", "is_it"),
    [
        ("<o:os id='http://microsoft.com/win/11'/>", Known("http://microsoft.com/win/11"), True),
        ("<o:os id='http://debian.org/debian/12'/>", Known("http://debian.org/debian/12"), False),
        ("<o:os id='{{ os }}'/>", Unknown("{{ os }}"), False),
        ("<o:os/>", None, False),
        ("", None, False),
        ("{% if windows %}<o:os id='http://microsoft.com/win/11'/>{% endif %}", None, False),
    ],
)
def test_os_is_that_of_libosinfos_element(system, expected, is_it):
    assert os_id(domain(system)) == expected
    assert is_windows(domain(system)) is is_it


def test_element_of_another_namespace_names_no_os():
    assert os_id(domain("<o:os id='http://microsoft.com/win/11'/>", "http://example.com/")) is None
