"""What holds of all fixes, whatever rules they come from."""

import pytest
from fixing import fix_domain

from chanfix.domain import Domain
from chanfix.errors import InternalError
from chanfix.lint.rule import whole_document
from chanfix.lint.rules import RULES, by_name
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

AGENT = """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""


RULES_ON = [rule for rule in RULES if rule.on_by_default]


def test_blocked_fix_is_applied_in_a_later_pass():
    # Without its path, the first channel would leave the second with a path of its own, which is a new finding.
    document = Document.parse(whole_document(AGENT + AGENT.replace(" mode='bind'", "")).encode())
    fixed = fix_domain(document, RULES_ON)
    assert fixed.left.kept == []
    assert fix_domain(fixed.document, RULES_ON).done == []


def test_fixes_that_block_each_other_may_take_more_than_ten_passes():
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
    fixed = fix_domain(Document.parse(whole_document(many).encode()), RULES_ON)
    assert fixed.left.kept == []
    [channel] = Domain.of(fixed.document).channels
    assert channel.source is None


PORT_ZERO_RULE = [by_name("vserial-port-zero")]
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
def test_useless_fixes_do_not_block_others(before, useless, behind):
    document = ports(*before * [PORT_ZERO], *useless * [USELESS], *behind * [PORT_ZERO])
    fixed = fix_domain(document, PORT_ZERO_RULE, safety=Safety.SAFE)
    assert (len(fixed.done), len(fixed.left.kept)) == (before + behind, useless)
    assert fixed.document.data.count(b"<address") == 2 * useless


def test_no_more_fixes_are_tried_by_themselves_than_asked_for():
    document = ports(*50 * [USELESS, PORT_ZERO])
    fixed = fix_domain(document, PORT_ZERO_RULE, safety=Safety.SAFE, alone=70)
    assert len(fixed.done) == 35
    assert len(fixed.left.kept) == 65


def test_fixes_that_do_not_come_to_rest_are_an_error_that_names_the_rules():
    with pytest.raises(InternalError, match="do not come to rest: vserial-port-zero"):
        fix_domain(ports(PORT_ZERO), PORT_ZERO_RULE, passes=1)
