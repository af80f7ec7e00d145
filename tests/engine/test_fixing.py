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
