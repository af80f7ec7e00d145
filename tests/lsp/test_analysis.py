import pytest
from installed import SCHEMA

from chanfix.lint.rules.agent.agent_target_missing import AgentTargetMissing
from chanfix.lsp.analysis import analyse
from chanfix.xml.edit import Safety

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


RUNNING = "<domain type='kvm' id='3'><devices><channel type='pty'/></devices></domain>"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("select = ['live-domain-id']", ["live-domain-id"]),
        ("select = ['live-domain-id']\nmin-severity = 'warning'", []),
        ("select = ['live-domain-id']\nextend-select = ['agent-missing']", ["live-domain-id", "agent-missing"]),
        ("select = ['live-domain-id']\nerror-on-no-files = true", ["live-domain-id"]),
    ],
)
def test_configuration_says_what_counts(tmp_path, config, expected):
    (tmp_path / "chanfix.toml").write_text(config)
    assert [finding.rule for finding in analyse(RUNNING, tmp_path / "vm.xml", None).findings] == expected


@pytest.mark.parametrize("config", ["unfixable = ['live']", "fixable = ['agent']"])
def test_rule_that_is_not_fixable_has_its_finding_and_no_fix(tmp_path, config):
    (tmp_path / "chanfix.toml").write_text(f"select = ['live-domain-id']\n{config}")
    analysis = analyse(RUNNING, tmp_path / "vm.xml", None)
    assert [finding.fix.safety for finding in analysis.findings] == [Safety.DISPLAY]
    assert analysis.fixed() is None


@pytest.mark.skipif(SCHEMA is None, reason="libvirt's schemas are missing: install libvirt0 or libvirt-libs")
def test_libvirts_own_schema_is_asked_where_it_is_installed():
    text = "<domain type='kvm'><name>web</name><devices><input type='evdev'/></devices></domain>"
    assert analyse(text, None, None).findings == ()
    assert [finding.rule for finding in analyse(text, None, SCHEMA).findings] == ["domain-schema"]
