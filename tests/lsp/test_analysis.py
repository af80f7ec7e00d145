import pytest
from installed import SCHEMA

from chanfix.lint.rules.agent.agent_target_missing import AgentTargetMissing
from chanfix.lsp.analysis import analyse

DOMAIN = "<domain type='kvm'><devices><channel type='pty'/></devices></domain>"


def test_a_rule_that_fails_is_an_error_of_the_text(monkeypatch):
    def fail(self, channel, domain, facts):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(AgentTargetMissing, "channel", fail)
    analysis = analyse(DOMAIN, None, None)
    assert analysis.error == "not linted: the rule 'agent-target-missing' failed: ZeroDivisionError('on purpose')"
    assert analysis.findings == ()
    assert analysis.fixed() is None


def test_a_failure_nobody_thought_of_is_an_error_of_the_text(monkeypatch):
    monkeypatch.setattr("chanfix.lsp.analysis.load", lambda folder: 1 / 0)
    assert analyse(DOMAIN, __file__, None).error.startswith("chanfix failed: ")


@pytest.mark.parametrize("name", ["missing/vm.xml", "vm.xml"])
def test_a_file_that_is_not_there_has_a_configuration_all_the_same(tmp_path, name):
    (tmp_path / "chanfix.toml").write_text("select = ['agent-missing']\n")
    [finding] = analyse(DOMAIN, tmp_path / name, None).findings
    assert finding.rule == "agent-missing"


@pytest.mark.skipif(SCHEMA is None, reason="libvirt's schemas are missing: install libvirt0 or libvirt-libs")
def test_libvirts_own_schema_is_asked_where_it_is_installed():
    text = "<domain type='kvm'><name>web</name><devices><memballoon/></devices></domain>"
    assert analyse(text, None, None).findings == ()
    assert [finding.rule for finding in analyse(text, None, SCHEMA).findings] == ["domain-schema"]
