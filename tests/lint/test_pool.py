"""Several processes give what one gives, in the same order."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing import active_children

import pytest

from chanfix.errors import InternalError
from chanfix.lint.file import lint_sources
from chanfix.lint.job import Job
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.pool import lint_in_processes
from chanfix.lint.source import Source

DOMAIN = """<domain type='kvm'>
<name>{}</name>
<devices><channel type='{}'><target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices>
</domain>"""
JOB = Job(chosen_rules(Config()))


def run(sources, count=2):
    """Lint sources in so many processes."""
    return lint_in_processes(JOB, sources, count)


def source(number, read=bytes):
    text = DOMAIN.format(number, "pty" if number % 3 else "unix")
    return Source(f"{number}.xml", partial(read, text.encode()))


def test_every_input_is_linted_once_and_in_order():
    sources = [source(number) for number in range(200)]
    assert list(run(sources, 3)) == list(lint_sources(JOB, sources))


def signed(data):
    """Say which process has read a text."""
    return data.replace(b"'pty'", b"'pid%d'" % os.getpid())


@pytest.mark.parametrize(("count", "variables"), [(200, None), (6, "{}")], ids=["many", "few-templates-to-render"])
def test_inputs_are_shared_out(count, variables):
    linted = run([source(1, signed)._replace(variables=variables) for _ in range(count)])
    messages = {finding.message for one in linted for finding in one.report.findings if "'pid" in finding.message}
    assert len(messages) == 2


def test_a_run_that_is_given_up_does_not_lint_what_is_left(tmp_path):
    def slow(data):
        time.sleep(0.02)
        with (tmp_path / "read").open("ab") as file:
            file.write(b".")
        return data

    linted = run([source(number, slow) for number in range(400)])
    next(linted)
    linted.close()
    assert len((tmp_path / "read").read_bytes()) < 400


@pytest.mark.survival(
    "Standard streams and processes", "one of several processes killed (SIGKILL)", "an error; no process stays behind"
)
def test_a_process_that_is_killed_ends_the_run_and_leaves_no_other_behind():
    def slow(data):
        time.sleep(0.01)
        return data

    linted = run([source(number, slow) for number in range(600)], 4)
    next(linted)
    os.kill(active_children()[0].pid, signal.SIGKILL)
    with pytest.raises(InternalError):
        list(linted)
    assert active_children() == []


INTERRUPTED = """
import signal, sys, time
from chanfix.lint.pool import lint_in_processes
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Source

def slow():
    time.sleep(0.005)
    return b"<domain type='kvm'><os/></domain>"

# Whatever runs the tests may have others.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
sources = [Source("a", slow)] * int(sys.argv[2])
linted = lint_in_processes(Job(chosen_rules(Config())), sources, 4)
try:
    next(linted)
    print("at work", flush=True)
    for one in linted:
        pass
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.survival(
    "Standard streams and processes", "a run in several processes, ended by a signal", "no process stays behind"
)
@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_whatever_ends_a_run_leaves_no_process_behind(how):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, "default_int_handler", "5000"],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        process.stdout.readline()
        process.send_signal(getattr(signal, how))
        process.communicate(timeout=60)  # which ends when nobody has the pipe any more


@pytest.mark.survival(
    "Standard streams and processes",
    "the same, interrupted (Ctrl-C), also where that is ignored",
    "over at once, or not at all",
    times=3,
)
@pytest.mark.parametrize(("handler", "count", "status"), [("default_int_handler", 5000, 130), ("SIG_IGN", 200, 0)])
def test_an_interrupt_ends_every_process_soon_and_without_a_word_unless_it_is_ignored(handler, count, status):
    for pause in (0.0, 0.1, 0.2):
        with subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED, handler, str(count)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            assert process.stdout.readline() == "at work\n"
            time.sleep(pause)
            os.killpg(process.pid, signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (status, "")
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


LIMITED = """
import json, os, resource, sys
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Source
from chanfix.lint.pool import lint_in_processes


def lint():
    sources = [Source("a", lambda: b"<domain type='kvm'><os/></domain>")] * 5
    return list(lint_in_processes(Job(chosen_rules(Config())), sources, 3))

usual = lint()  # and everything is imported that an ordinary user may have no right to read
most = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
if os.geteuid() == 0:  # for whom there is no limit
    os.setgroups([])
    os.setresuid(65534, 65534, 65534)
assert lint() == usual
"""


@pytest.mark.survival(
    "Standard streams and processes",
    "a run in several processes, where there is room for few",
    "the same reports",
    times=11,
)
def test_a_lack_of_processes_or_threads_changes_no_report():
    for most in range(1, 12):
        subprocess.run(
            [sys.executable, "-c", LIMITED, str(most)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            timeout=60,
        )
