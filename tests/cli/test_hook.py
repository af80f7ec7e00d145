"""chanfix hook: what it says and decides of domains that libvirt is about to start."""

import errno
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chanfix.cli import main

GOOD = """\
<domain type='kvm' id='3'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <source mode='bind' path='/run/libvirt/qemu/channel/3-web/org.qemu.guest_agent.0'/>
      <target type='virtio' name='org.qemu.guest_agent.0' state='disconnected'/>
      <alias name='channel0'/>
    </channel>
  </devices>
</domain>
"""
AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
BAD = f"<domain type='kvm'><name>web</name><devices>{AGENT}{AGENT}</devices></domain>"
PREPARE = ("qemu", "--", "web", "prepare", "begin", "-")


@pytest.fixture
def hook(monkeypatch, capfd):
    def run(text, *arguments):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        status = main(["hook", *arguments])
        out, err = capfd.readouterr()
        assert out == ""  # libvirt would read it back as XML at some operations
        return status, err

    return run


def test_domain_without_a_fault_starts_without_a_word(hook):
    assert hook(GOOD, "--refuse", "info", *PREPARE) == (0, "")


def test_fault_is_logged_and_the_domain_starts(hook):
    status, err = hook(BAD, *PREPARE)
    assert status == 0
    assert err.startswith("chanfix: web: error[duplicate-agent-channel] ")


def test_fault_of_the_level_that_is_asked_for_refuses_the_start(hook):
    status, err = hook(BAD, "--refuse", "error", *PREPARE)
    assert status == 1
    assert err.endswith("refused: duplicate-agent-channel: chanfix explain duplicate-agent-channel says why\n")
    warning = BAD.replace(AGENT * 2, AGENT.replace("<target", "<source mode='bind' path='/tmp/x'/><target"))
    assert hook(warning, "--refuse", "error", *PREPARE)[0] == 0
    assert hook(warning, "--refuse", "warning", *PREPARE)[0] == 1


@pytest.mark.parametrize(
    ("operation", "suboperation"),
    [
        *[(name, "begin") for name in ("start", "started", "migrate", "restore", "reconnect", "attach")],
        *[(name, "end") for name in ("prepare", "stopped", "release")],
        ("of", "tomorrow"),
    ],
)
def test_every_other_operation_is_let_through(hook, operation, suboperation):
    assert hook(BAD, "--refuse", "info", "qemu", "--", "web", operation, suboperation, "-") == (0, "")


@pytest.mark.parametrize(
    "text", ["", "x", "<domain", "<network/>", "<!DOCTYPE domain><domain/>", "\0", "<a>" * 100_000]
)
def test_domain_that_cannot_be_judged_starts_unless_told_otherwise(hook, text):
    status, err = hook(text, "--refuse", "info", *PREPARE)
    assert status == 0
    assert err.startswith("chanfix: web: not judged: ")
    assert hook(text, "--refuse-unjudged", *PREPARE)[0] == 1


def test_rule_that_breaks_lets_the_domain_start(hook, monkeypatch):
    monkeypatch.setattr("chanfix.lint.run.Run.lint", lambda *arguments: 1 / 0)
    status, err = hook(GOOD, "--refuse", "error", *PREPARE)
    assert (status, err) == (0, "chanfix: web: not judged: ZeroDivisionError('division by zero')\n")


def test_process_that_crashes_lets_the_domain_start(hook, monkeypatch):
    monkeypatch.setattr("chanfix.lint.run.Run.lint", lambda *arguments: os.kill(os.getpid(), signal.SIGKILL))
    assert hook(GOOD, "--refuse", "error", *PREPARE) == (0, "chanfix: web: not judged: its process ended with -9\n")
    assert hook(GOOD, "--refuse-unjudged", *PREPARE)[0] == 1
    monkeypatch.setattr("chanfix.lint.run.Run.lint", lambda *arguments: sys.exit(1))
    assert hook(GOOD, "--refuse", "error", *PREPARE) == (0, "chanfix: web: not judged: its process ended with 255\n")


def test_process_that_stays_in_a_library_is_not_waited_for(hook, monkeypatch):
    def stay(*arguments):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
        signal.pause()

    monkeypatch.setattr("chanfix.lint.run.Run.lint", stay)
    assert hook(GOOD, *PREPARE) == (0, "chanfix: web: not judged: it takes longer than 0.9 s\n")


def test_no_other_process_lets_the_domain_start(hook, monkeypatch):
    def refuse():
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    status, err = hook(BAD, "--refuse", "error", *PREPARE)
    assert (status, err.startswith("chanfix: web: not judged: BlockingIOError(")) == (0, True)
    assert hook(GOOD, "--refuse-unjudged", *PREPARE)[0] == 1


def test_configuration_that_is_named_counts_and_no_other(hook, tmp_path, monkeypatch):
    (tmp_path / "chanfix.toml").write_text("ignore = ['duplicate-agent-channel']\n")
    monkeypatch.chdir(tmp_path)
    assert hook(BAD, "--refuse", "error", *PREPARE)[0] == 1
    assert hook(BAD, "--refuse", "error", "--config", "chanfix.toml", *PREPARE) == (0, "")
    status, err = hook(BAD, "--refuse", "error", "--config", "none.toml", *PREPARE)
    assert (status, err.startswith("chanfix: web: not judged: ")) == (0, True)


def test_configuration_says_where_the_domain_runs(hook, tmp_path):
    devices = "<memory>524288</memory><os><type>hvm</type></os><devices><video><model type='qxl'/></video>"
    old = BAD.replace(AGENT * 2, "").replace("<devices>", devices)
    (tmp_path / "chanfix.toml").write_text("target = ['rhel-9']\n")
    assert hook(old, "--refuse", "error", *PREPARE)[0] == 0
    status, err = hook(old, "--refuse", "error", "--config", str(tmp_path / "chanfix.toml"), *PREPARE)
    assert status == 1
    assert "error[display-removed]" in err
    assert "rhel-9" in err
    (tmp_path / "chanfix.toml").write_text("target = ['rhel-99']\n")
    status, err = hook(old, "--refuse", "error", "--config", str(tmp_path / "chanfix.toml"), *PREPARE)
    assert (status, err.startswith("chanfix: web: not judged: ")) == (0, True)


def test_quiet_hook_logs_what_it_refuses(hook):
    assert hook(BAD, "-q", *PREPARE) == (0, "")
    status, err = hook(BAD, "-q", "--refuse", "error", *PREPARE)
    assert (status, err.splitlines()[0].startswith("chanfix: web: refused: ")) == (1, True)


def test_time_counts_from_the_start_of_the_process(monkeypatch, capfd):
    program = [sys.executable, "-c", "from chanfix.cli.hook import _age; print(_age())"]
    assert 0 < float(subprocess.run(program, capture_output=True, check=True).stdout) <= 60
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    monkeypatch.setattr("chanfix.cli.hook._age", lambda: 1.0)
    assert main(["hook", "--refuse", "error", *PREPARE], owns_process=True) == 0
    assert capfd.readouterr().err == "chanfix: web: not judged: it takes longer than 0.9 s\n"


def test_names_are_harmless_in_the_log(hook):
    name = "\x1b[2J\u202e\n::error::x"
    _, err = hook(BAD, "qemu", "--", name, "prepare", "begin", "-")
    assert all(line.isprintable() and line.startswith("chanfix: ") for line in err.splitlines())


@pytest.fixture
def start(tmp_path):
    """Start the program as libvirt does, with a libvirt binding that fails when it is loaded."""
    (tmp_path / "libvirt.py").write_text("raise SystemError('a hook called libvirt')\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]), "LC_ALL": "C"}
    command = [sys.executable, "-m", "chanfix", "hook", "--refuse", "error", *PREPARE]

    def start_it():
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd="/", text=True)

    return start_it


def test_libvirt_is_not_called(start):
    for _ in range(20):
        with start() as process:
            out, err = process.communicate(BAD, timeout=60)
        if "it takes longer" not in err:  # as it may on a busy machine
            break
    assert (process.returncode, out) == (1, "")
    assert "a hook called libvirt" not in err


def test_input_that_never_ends_is_not_waited_for(start):
    with start() as process:
        process.stdin.write("<domain type='kvm'>")
        process.stdin.flush()
        assert process.wait(60) == 0
        assert process.stderr.read() == "chanfix: web: not judged: it takes longer than 0.9 s\n"


@pytest.mark.parametrize("name", ["-x", "--refuse", "--", "-h", "a b", ""])
def test_name_of_a_domain_is_no_option(hook, name):
    status, err = hook(BAD, "--refuse", "error", "qemu", "--", name, "prepare", "begin", "-")
    assert (status, err.startswith(f"chanfix: {name}: error[duplicate-agent-channel] ")) == (1, True)
    if name != "--":
        assert hook(BAD, "--refuse", "error", "qemu", name, "prepare", "begin", "-") == (status, err)


@pytest.mark.parametrize("words", [[], ["web", "prepare"], ["web", "prepare", "begin", "-", "--refuse", "error"]])
def test_words_that_are_not_libvirts_are_wrong_usage(hook, words):
    status, err = hook(BAD, "qemu", *words)
    assert (status, "options stand before qemu" in err) == (2, True)


def test_refusal_has_the_status_that_is_asked_for(hook):
    assert hook(BAD, "--refuse", "error", "--refuse-with", "77", *PREPARE)[0] == 77
    assert hook("x", "--refuse-unjudged", "--refuse-with", "77", *PREPARE)[0] == 77
    assert hook("x", "--refuse-with", "77", *PREPARE)[0] == 0
    assert hook(GOOD, "--refuse", "info", "--refuse-with", "77", *PREPARE)[0] == 0
    assert hook(BAD, "--refuse-with", "0", *PREPARE)[0] == 2


def test_chanfix_that_cannot_be_loaded_ends_as_one_that_could_not_do_the_work(tmp_path):
    (tmp_path / "click.py").write_text("raise ImportError('of another Python')\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-m", "chanfix", "hook", *PREPARE]
    done = subprocess.run(command, input=BAD, env=environment, capture_output=True, text=True, cwd="/", check=False)
    assert (done.returncode, done.stderr) == (3, "chanfix: of another Python\n")


@pytest.mark.parametrize(("status", "refused"), [(0, 0), (1, 0), (2, 0), (3, 0), (77, 1), (127, 0), ("kill -9 $$", 0)])
def test_script_of_the_page_refuses_at_its_own_status_alone(tmp_path, status, refused):
    page = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text()
    script = re.search(r'^```sh title="50-chanfix"\n(.*?)^```', page, re.DOTALL | re.MULTILINE)[1]
    assert "--refuse-with 77 " in script
    program = tmp_path / "chanfix"
    if status != 127:
        program.write_text(f"#!/bin/sh\n{status if isinstance(status, str) else f'exit {status}'}\n")
        program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", script, "sh", *PREPARE[2:]], input=BAD, env=environment, text=True, check=False)
    assert done.returncode == refused


def test_driver_that_is_not_known_is_wrong_usage(hook):
    assert hook(GOOD, "lxc", "web", "prepare", "begin", "-")[0] == 2
