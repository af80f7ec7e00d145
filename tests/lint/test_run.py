"""How often a run reads and checks its inputs, and that a fix of one is seen in the reports on others."""

from collections import Counter
from functools import partial

import pytest

from chanfix import files
from chanfix.cli import main
from chanfix.lint import inquiry
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

JOB = Job(chosen_rules(Config()), fixes=Safety.SAFE)
DOMAIN = """\
<domain type='kvm'>
  <name>{}</name>
  <devices><channel type='unix'>
    <source mode='{}' path='{}'/><target type='virtio' name='com.example.0'{}/>
  </channel></devices>
</domain>
"""
STATE = " state='connected'"


class Inputs:
    """Texts by name; reads and writes are counted."""

    def __init__(self, **texts):
        self.texts = {name: text.encode() for name, text in texts.items()}
        self.reads = Counter()

    def read(self, name):
        self.reads[name] += 1
        return self.texts[name]

    def sources(self):
        return [Source(name, partial(self.read, name)) for name in self.texts]

    def fix_all(self, job=JOB):
        """Lint, fix what can be fixed, write, and return the run on what is there then."""
        run = Run.lint(self.sources(), job)
        fixed = {number: run.fix(number, job.fixes) for number in run.fixable(job.fixes)}
        for number, one in fixed.items():
            self.texts[run.sources[number].name] = one.after
        return run.after({number: one.linted for number, one in fixed.items()})


@pytest.fixture
def checks(monkeypatch):
    """How often each input is checked."""
    counts = Counter()

    def counting(text, rules, facts, check=inquiry.check):
        counts[text.name] += 1
        return check(text, rules, facts)

    monkeypatch.setattr(inquiry, "check", counting)
    return counts


def test_one_fix_takes_one_read_and_three_checks(checks):
    inputs = Inputs(web=DOMAIN.format("web", "bind", "/srv/web", STATE))
    [report] = inputs.fix_all().reports
    assert ([finding.rule for finding in report.fixed], report.findings) == (["live-channel-state"], ())
    assert inputs.reads == {"web": 1}
    assert checks == {"web": 3}


def test_file_on_disk_is_read_again_where_it_is_written(checks, tmp_path, monkeypatch):
    path = tmp_path / "web.xml"
    path.write_text(DOMAIN.format("web", "bind", "/srv/web", STATE))
    reads = Counter()

    def counting(name, *limits, read=files.read):
        reads[str(name)] += 1
        return read(name, *limits)

    monkeypatch.setattr(files, "read", counting)
    assert main(["lint", "--no-config", "--fix", str(path)]) == 0
    assert STATE not in path.read_text()
    assert reads[str(path)] <= 2
    assert checks == {str(path): 3}


def test_only_inputs_that_share_a_socket_with_a_fixed_one_are_linted_again(checks):
    many = {f"vm{number}": DOMAIN.format(f"vm{number}", "bind", f"/srv/{number}", "") for number in range(100)}
    shared = {
        "fixed": DOMAIN.format("fixed", "bind", "/srv/shared", STATE),
        "other": DOMAIN.format("other", "bind", "/srv/shared", ""),
        "more": DOMAIN.format("more", "bind", "/srv/apart", ""),
        "still": DOMAIN.format("still", "bind", "/srv/apart", ""),
    }
    inputs = Inputs(**many, **shared)
    inputs.fix_all()
    assert {checks[name] for name in many} == {1}
    assert {inputs.reads[name] for name in many} == {1}
    # Once by themselves, and once with what the other binds.
    assert (checks["more"], checks["still"]) == (2, 2)


def test_fix_that_ends_a_finding_in_another_input_is_seen_there():
    one = DOMAIN.format("one", "bind", "/srv/agent.sock", "").replace("com.example.0", "org.qemu.guest_agent.0")
    inputs = Inputs(one=one, two=DOMAIN.format("two", "bind", "/srv/agent.sock", ""))
    before = Run.lint(inputs.sources(), JOB).reports
    assert "path-shared" in {finding.rule for finding in before[1].findings}
    run = inputs.fix_all(JOB._replace(fixes=Safety.UNSAFE))
    assert [report.path for report in run.reports if report.fixed] == ["one"]
    assert "path-shared" not in {finding.rule for report in run.reports for finding in report.findings}


@pytest.mark.parametrize("socket", ["/srv/web{}", "/srv/web"], ids=["twins", "twins-and-sockets"])
def test_inputs_that_share_something_are_linted_again_in_the_other_processes_too(socket):
    text = DOMAIN.replace("<devices>", "<uuid>6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41</uuid><devices>")
    texts = {f"web{number}": text.format(f"web{number}", "bind", socket.format(number), "") for number in range(250)}
    one, two = (Run.lint(Inputs(**texts).sources(), JOB, processes=number) for number in (1, 2))
    assert one.reports == two.reports
    assert {finding.rule for report in two.reports[1:] for finding in report.findings} >= {"repeated-uuid"}
