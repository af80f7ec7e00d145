"""What the engine promises of fixes, whatever rules they come from."""

import pytest

from chanfix.domain import Domain
from chanfix.lint import engine
from chanfix.lint.engine import fix_document, lint_domain
from chanfix.lint.rule import Facts, whole_document
from chanfix.lint.rules import RULES, by_name
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

AGENT = """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""


def lint(document):
    rules = [rule for rule in RULES if rule.on_by_default]
    return lint_domain(Domain.of(document), rules, Facts())


def test_fix_that_another_finding_was_in_the_way_of_is_made_in_the_end():
    # Without its path, the first channel would leave the second with a path of its own, which is a new finding.
    document = Document.parse(whole_document(AGENT + AGENT.replace(" mode='bind'", "")).encode())
    fixed = fix_document(document, lint, Safety.UNSAFE)
    assert fixed.left == ()
    assert fix_document(fixed.document, lint, Safety.UNSAFE).done == ()


def test_fixes_that_are_in_each_others_way_may_take_more_than_ten_passes():
    many = """\
<channel>
  <source path='/var/lib/libvirt/qemu/web.agent'/><source path='/tmp/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <source mode='binl' path='/tmp/web.agent'/><source path='/tmp/b.agent'/><source path='/tmp/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel>
  <target type='virtio' name='org.qemu.guest_agent.0'/><source/>
</channel>
"""
    fixed = fix_document(Document.parse(whole_document(many).encode()), lint, Safety.UNSAFE)
    assert fixed.left == ()
    [channel] = Domain.of(fixed.document).channels
    assert channel.source is None


def lint_port_zero(document):
    return lint_domain(Domain.of(document), [by_name("vserial-port-zero")], Facts())


PORT_ZERO = "<address type='virtio-serial' controller='0' bus='0' port='0'/>"


def ports(*addresses):
    """Return a document with a channel for each text."""
    channels = (
        f"<channel type='pty'>\n  <target type='virtio' name='port.{number}'/>\n  {address}\n</channel>\n"
        for number, address in enumerate(addresses)
    )
    return Document.parse(whole_document("".join(channels)).encode())


# Of two addresses the fix takes the first, and then the second is port 0.
USELESS = 2 * PORT_ZERO


@pytest.mark.parametrize(
    ("before", "useless", "behind"), [(20, 1, 20), (0, 60, 20), (20, 60, 0)], ids=["between", "before", "behind"]
)
def test_fixes_that_do_no_good_are_not_in_the_way_of_others(before, useless, behind):
    document = ports(*before * [PORT_ZERO], *useless * [USELESS], *behind * [PORT_ZERO])
    fixed = fix_document(document, lint_port_zero, Safety.SAFE)
    assert (len(fixed.done), len(fixed.left)) == (before + behind, useless)
    assert fixed.document.data.count(b"<address") == 2 * useless


def test_to_find_those_that_do_no_good_takes_no_more_effort_than_there_is(monkeypatch):
    document = ports(*50 * [USELESS, PORT_ZERO])
    monkeypatch.setattr(engine, "_EFFORT", 70 * len(document.data))
    looks = []
    fixed = fix_document(document, lambda text: looks.append(text) or lint_port_zero(text), Safety.SAFE)
    assert 0 < len(fixed.done) < 50
    assert 70 <= len(looks) <= 75
