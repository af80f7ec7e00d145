"""chanfix and virt-xml do the same job on the same real files: what fails, and how many lines change."""

import difflib
import shutil
import subprocess

import pytest

from chanfix.domain import Domain
from chanfix.errors import ChanfixError
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Verb, Wish
from chanfix.xml.document import Document

VIRT_XML = [
    *("virt-xml", "--connect", "test:///default", "--add-device"),
    *("--channel", "unix,target.type=virtio,target.name=org.qemu.guest_agent.0"),
]
EVERY = 6  # virt-xml takes the better part of a second for each


def changed_lines(before, after):
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.fixture(scope="module")
def compared(corpus):
    """What each tool made of every QEMU domain without an agent channel: its changed lines, None where it failed."""
    if not shutil.which("virt-xml"):
        pytest.skip("virt-xml is not installed (Debian package virtinst)")
    results = {}
    for path in sorted((corpus / "real").glob("*.xml"))[::EVERY]:
        data = path.read_bytes()
        try:
            domain = Domain.of(Document.parse(data))
        except ChanfixError:  # no domain
            continue
        if domain.is_qemu and not domain.meant_agents:
            results[path.name] = (ours(data), theirs(data))
    return results


def ours(data):
    try:
        plan = add(Document.parse(data), Wish())
    except ChanfixError:
        return None
    assert plan.verb is Verb.ADD
    return changed_lines(data.decode(), plan.data.decode())


def theirs(data):
    run = subprocess.run(VIRT_XML, input=data, capture_output=True, check=False)
    return None if run.returncode else changed_lines(data.decode(), run.stdout.decode())


def test_chanfix_fails_on_no_file_that_is_a_domain(compared):
    assert len(compared) >= 8
    assert [name for name, (ours, _) in compared.items() if ours is None] == []


def test_chanfix_changes_the_lines_of_the_channel_and_no_others(compared):
    wrong = {
        name: ours
        for name, (ours, _) in compared.items()
        if ours is not None and not (len(ours) == 3 and all(line.startswith("+") for line in ours))
    }
    assert wrong == {}


def test_virt_xml_changes_more_on_files_kept_by_hand(compared):
    more = [name for name, (ours, theirs) in compared.items() if ours and (theirs is None or len(theirs) > len(ours))]
    assert more, "virt-xml has become as careful: say so in the README"
