"""Standard streams that are full, closed or read by nobody: the real program, real pipes, real statuses."""

import fcntl
import os
import select
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

BEFORE = """\
<domain type="kvm">
  <name>build</name>
  <devices>
  </devices>
</domain>
"""
CHANNEL = """\
    <channel type="unix">
      <target type="virtio" name="org.qemu.guest_agent.0"/>
    </channel>
"""
AFTER = BEFORE.replace("  </devices>", CHANNEL + "  </devices>")


@pytest.fixture
def guest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "guest.xml"
    path.write_text(BEFORE)
    path.with_name("bad.xml").write_text(AFTER.replace("agent.0", "agent.0 "))
    return path


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def shell(request):
    """Run a line of shell with the real program and return its status and what it printed on standard error."""

    def run(command, output=subprocess.DEVNULL):
        program = f"{shlex.quote(sys.executable)} -m chanfix"
        run = subprocess.run(
            ["bash", "-c", command.replace("chanfix", program)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": request.param},
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
        return run.returncode, run.stderr

    return run


@pytest.fixture
def closed_pipe():
    """The end of a pipe to write to, of which nobody has the other one."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


FULL = "standard output cannot be written: No space left on device\n"
NO_INPUT = "chanfix: -: standard input is closed\n  hint: give it a file: chanfix ... - < FILE\n"
STREAMS = {
    "full": ("chanfix add - < guest.xml > /dev/full", 3, f"chanfix: -: {FULL}"),
    "full-fixed": ("chanfix lint --fix - < guest.xml > /dev/full", 3, f"chanfix: {FULL}"),
    "full-results": ("chanfix check guest.xml > /dev/full", 3, f"chanfix: {FULL}"),
    "full-version": ("chanfix --version > /dev/full", 3, f"chanfix: {FULL}"),
    "full-help": ("chanfix --help > /dev/full", 3, f"chanfix: {FULL}"),
    "full-errors": ("chanfix add nothing.xml 2> /dev/full", 3, ""),
    "full-errors-of-usage": ("chanfix lint --nonsense 2> /dev/full", 2, ""),
    "full-errors-of-no-command": ("chanfix 2> /dev/full", 2, ""),
    "full-notes": ("chanfix add - < guest.xml 2> /dev/full", 0, ""),
    "full-both": ("chanfix add - < guest.xml > /dev/full 2>&1", 3, ""),
    "closed-output": ("chanfix add guest.xml >&-", 0, ""),
    "closed-input": ("chanfix add - <&-", 3, NO_INPUT),
    "closed-errors": ("chanfix add nothing.xml 2>&-", 3, ""),
}


@pytest.mark.survival(
    "Standard streams and processes",
    "streams that are full or closed, by several commands",
    "one sentence, and the right status",
)
@pytest.mark.parametrize(("command", "status", "said"), STREAMS.values(), ids=STREAMS)
def test_streams_that_are_full_or_closed_get_one_sentence_and_a_status(guest, shell, command, status, said):
    assert shell(command) == (status, said)


def test_report_in_a_file_is_written_where_standard_output_cannot_be(guest, shell):
    command = "chanfix lint --output-format text --output-format json=report.json guest.xml > /dev/full"
    assert shell(f"{command}; test -s report.json") == (0, f"chanfix: {FULL}")


UNREAD = {
    "help": ("chanfix --help", 0),
    "version": ("chanfix --version", 0),
    "completion": ("_CHANFIX_COMPLETE=bash_source chanfix", 0),
    "page": ("chanfix explain", 0),
    "results": ("chanfix check guest.xml", 1),
    "report": ("chanfix lint --output-format json guest.xml", 0),
    "watch": ("chanfix -c test:///default status --watch", 0),
    "errors": ("chanfix add nothing.xml 2>&1", 3),
    "document": ("chanfix add - < guest.xml", 3),
    "document-unchanged": ("chanfix lint --fix - < guest.xml", 3),
    "document-fixed": ("chanfix lint --fix - < bad.xml", 3),
}


@pytest.mark.survival(
    "Standard streams and processes",
    "a pipe that its reader has closed, by several commands",
    "silent; the status is that of the work, and 3 for a document that nobody got",
)
@pytest.mark.parametrize(("command", "status"), UNREAD.values(), ids=UNREAD)
def test_a_closed_pipe_is_silent_and_changes_no_status_but_that_of_a_document(
    guest, shell, closed_pipe, command, status
):
    assert shell(command, closed_pipe) == (status, "")


@pytest.mark.parametrize("first", ["two.xml", "-"])
def test_work_goes_on_when_nobody_reads_the_results(guest, shell, closed_pipe, first):
    for name in ("two", "three"):
        guest.with_name(f"{name}.xml").write_text(BEFORE)
    status, said = shell(f"chanfix add {first} three.xml missing.xml < guest.xml", closed_pipe)
    assert (status, "chanfix: missing.xml: no such file\n" in said) == (3, True)
    assert guest.with_name("three.xml").read_text() == AFTER


@pytest.mark.survival(
    "Standard streams and processes", "a full pipe that does not wait (O_NONBLOCK)", "all arrives in the end"
)
@pytest.mark.parametrize("command", ["chanfix lint --output-format json bad.xml", "chanfix lint --fix - < bad.xml"])
def test_a_pipe_that_is_full_and_does_not_wait_gets_all_in_the_end(guest, shell, command, tmp_path):
    bad = guest.with_name("bad.xml")
    bad.write_text(bad.read_text().replace("<name>", f"<description>{'x' * 10_000}</description><name>"))
    with (tmp_path / "expected").open("wb") as expected:
        status = shell(command, expected)
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    with ThreadPoolExecutor(1) as others, os.fdopen(reading, "rb") as pipe:
        run = others.submit(shell, command, writing)
        while select.select([], [writing], [], 0)[1] and not run.done():
            time.sleep(0.01)
        os.close(writing)
        assert pipe.read() == (tmp_path / "expected").read_bytes()
        assert run.result() == status
