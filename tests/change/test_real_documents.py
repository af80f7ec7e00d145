"""What the real QEMU driver defines before an edit, it defines after it, with exactly one agent channel in its text."""

import pytest

from chanfix.domain import AGENT_NAME, Domain
from chanfix.errors import ChanfixError
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.xml.document import Document

pytestmark = pytest.mark.embed
EVERY = 3  # of the documents that libvirt's own tests give to the QEMU driver


@pytest.fixture(scope="module")
def sample(real_documents):
    names = sorted(name for name in real_documents if "qemuxml2argvdata_" in name)
    return {name: real_documents[name] for name in names[::EVERY]}


def test_what_the_driver_defined_it_defines_with_one_agent_channel(stored, sample):
    accepted = 0
    wrong = {}
    for name, data in sample.items():
        try:
            plan = add(Document.parse(data), Wish())
        except ChanfixError:
            continue
        if stored(data) is None:
            continue
        accepted += 1
        after = stored(plan.data)
        channels = Domain.of(Document.parse(after.encode())).agent_channels if after else []
        if [channel.type for channel in channels] != ["unix"] or after.count(AGENT_NAME) != 1:
            wrong[name] = after
    assert wrong == {}
    assert accepted > 100
