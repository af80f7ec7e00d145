"""What the language server says of one analysis, without a server."""

import pytest

from chanfix.lsp.analysis import analyse

FAULTY = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0 '/>
    </channel>
  </devices>
</domain>
"""


def test_text_is_fixed_once_however_often_the_cursor_moves(monkeypatch):
    messages = pytest.importorskip("chanfix.lsp.messages", reason="pygls is missing: pip install 'chanfix[lsp]'")
    from lsprotocol import types

    analysis = analyse(FAULTY, None, None)
    times = []
    run = type(analysis.run)
    fix = run.fix
    monkeypatch.setattr(run, "fix", lambda self, *rest: times.append(1) or fix(self, *rest))
    said = messages.Messages("file:///vm.xml", analysis, "utf-16")
    actions = [said.actions(types.Range(types.Position(line, 0), types.Position(line, 0)), None) for line in range(4)]
    assert [[action.title for action in offered] for offered in actions] == [["Make all safe fixes"]] * 4
    assert times == [1]
