"""What the engine promises of fixes, whatever rules they come from."""

from chanfix.domain import Domain
from chanfix.lint.engine import fix_document, lint_domain
from chanfix.lint.rules import RULES
from chanfix.lint.rules.base import Facts, whole_document
from chanfix.markup.document import Document
from chanfix.markup.edit import Safety

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


PORT_ZERO = "<address type='virtio-serial' controller='0' bus='0' port='0'/>"


def ports(*addresses):
    """Return a document with a channel for each text."""
    channels = (
        f"<channel type='pty'>\n  <target type='virtio' name='port.{number}'/>\n  {address}\n</channel>\n"
        for number, address in enumerate(addresses)
    )
    return Document.parse(whole_document("".join(channels)).encode())


def test_one_fix_that_does_no_good_is_not_in_the_way_of_forty_others():
    # Of two addresses the fix takes the first, and then the second is port 0.
    fixed = fix_document(ports(*20 * [PORT_ZERO], 2 * PORT_ZERO, *20 * [PORT_ZERO]), lint, Safety.SAFE)
    assert len(fixed.done) == 40
    assert fixed.document.data.count(b"<address") == 2
    [left] = [finding for finding in fixed.left if finding.rule == "vserial-port-zero"]
    assert fixed.document.text(left.place.span) == "0"


def test_fixes_that_do_no_good_come_to_an_end():
    looks = 0

    def counted(document):
        nonlocal looks
        looks += 1
        return lint(document)

    fixed = fix_document(ports(*200 * [2 * PORT_ZERO]), counted, Safety.SAFE)
    assert fixed.done == ()
    assert looks < 150
