"""Features that are put into a domain, in the place and the layout that fit it."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.feature_edits import add_feature
from chanfix.xml.patch import apply_edits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "<domain type='kvm'>\n  <os/>\n  <devices/>\n</domain>\n",
            "<domain type='kvm'>\n  <os/>\n  <features>\n    <smm state='on'/>\n  </features>\n  <devices/>\n"
            "</domain>\n",
        ),
        (
            "<domain type='kvm'>\n  <features/>\n</domain>\n",
            "<domain type='kvm'>\n  <features>\n    <smm state='on'/>\n  </features>\n</domain>\n",
        ),
        (
            '<domain type="kvm">\n\t<features>\n\t\t<apic/>\n\t</features>\n</domain>\n',
            '<domain type="kvm">\n\t<features>\n\t\t<apic/>\n\t\t<smm state="on"/>\n\t</features>\n</domain>\n',
        ),
        (
            "<domain type='kvm'>\n  <features>\n    <smm state='off'/>\n  </features>\n</domain>\n",
            "<domain type='kvm'>\n  <features>\n    <smm state='on'/>\n  </features>\n</domain>\n",
        ),
        (
            "<domain type='kvm'>\n  <features>\n    <smm/>\n    <smm state='off'/>\n  </features>\n</domain>\n",
            "<domain type='kvm'>\n  <features>\n    <smm/>\n    <smm state='on'/>\n  </features>\n</domain>\n",
        ),
        (
            "<domain type='kvm'>\n  <devices/>\n</domain>\n",
            "<domain type='kvm'>\n  <features>\n    <smm state='on'/>\n  </features>\n  <devices/>\n</domain>\n",
        ),
    ],
)
def test_feature_is_put_in(before, after):
    edits = add_feature(Domain.parse(before.encode()), "smm", state="on")
    assert apply_edits(before.encode(), edits).decode() == after
