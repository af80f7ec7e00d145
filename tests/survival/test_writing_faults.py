"""A rewrite of a file whose system calls fail, one after the other, or whose process dies at each of them."""

import os
import resource
import shutil
import subprocess
import sys
import textwrap

import pytest
from reliability import CHECKOUT

BEFORE = b"<domain type='kvm'>\n  <name>web</name>\n  <devices>\n  </devices>\n</domain>\n"
AFTER = BEFORE.replace(
    b"<devices>\n",
    b"<devices>\n    <channel type='unix'>\n"
    b"      <target type='virtio' name='org.qemu.guest_agent.0'/>\n    </channel>\n",
)
SECTION = "Writing a file"
OUTCOME = "old or new, nothing left beside it, a true message"
ERRORS = {
    "EIO": "a failing disk",
    "ENOSPC": "a full disk",
    "EACCES": "a permission that is taken away",
    "EINTR": "an interrupted call",
}


def survives(what, outcome=OUTCOME):
    return pytest.mark.survival(SECTION, what, outcome)


@pytest.fixture
def folder(tmp_path):
    """Make a folder with a document and a link to it, the same each time."""

    def make():
        path = tmp_path / "guests"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        (path / "real.xml").write_bytes(BEFORE)
        (path / "guest.xml").symlink_to("real.xml")
        return path

    return make


@pytest.fixture
def add(tracer, folder):
    """Add the channel; return what came of it and the folder."""

    def add(inject=None):
        path = folder()
        return tracer.run(path, "main", "add", "guest.xml", inject=inject), path

    return add


@pytest.fixture
def usual(tracer, folder, add):
    """A rewrite that goes well."""
    tracer.warm_up(folder(), "main", "add", "guest.xml", "missing.xml")
    traced, _ = add()
    assert (traced.status, traced.err) == (0, "")
    return traced


@pytest.fixture
def calls(usual):
    """The calls of a rewrite on the document, its folder and the output."""
    calls = list(usual.calls(without=CHECKOUT))
    assert len([name for name, _ in calls if name in ("fsync", "rename", "renameat", "renameat2")]) == 3
    return calls


def text_in(folder):
    assert os.readlink(folder / "guest.xml") == "real.xml"
    return (folder / "real.xml").read_bytes()


def left_in(folder):
    return {path.name for path in folder.iterdir()} - {"guest.xml", "real.xml"}


def is_told(traced, is_new):
    """Say whether what was printed is true."""
    said = traced.out + traced.err
    if "Traceback" in said or "Exception ignored" in said:
        return False
    if traced.status == 0:
        return is_new and said == "guest.xml: added the channel 'org.qemu.guest_agent.0'\n"
    about_output = traced.err.startswith("chanfix: standard output cannot be written: ")
    # Only what is printed comes after the new text is in place.
    return traced.status == 3 and traced.err.startswith("chanfix: ") and about_output == is_new


def check(add, fault, calls):
    """Let a rewrite fail at each of its calls."""
    lost = []
    for call, number in calls:
        traced, path = add(f"{call}:{fault}:when={number}")
        assert "(INJECTED)" in traced.log
        text = text_in(path)
        if text not in (BEFORE, AFTER) or left_in(path) or not is_told(traced, text == AFTER):
            lost.append((call, number, traced, path))
    assert lost == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=survives(f"`add FILE`: {what} ({name}) at each system call on the document in turn"))
        for name, what in ERRORS.items()
    ],
)
def test_an_error_at_any_call_leaves_the_old_file_or_the_new_one(name, calls, add, tried):
    check(add, f"error={name}", calls)
    tried(len(calls))


@survives("`add FILE`: a failing disk (EIO) at each system call on chanfix's own files in turn")
def test_an_installation_that_cannot_be_read_leaves_the_old_file_or_the_new_one(usual, calls, add, tried):
    own = sorted({*usual.calls()} - {*calls})
    check(add, "error=EIO", own)
    tried(len(own))


@survives("`add FILE`: no file descriptor left (EMFILE) at each system call that takes one")
def test_a_lack_of_descriptors_leaves_the_old_file_or_the_new_one(usual, add, tried):
    opening = [call for call in usual.calls() if call[0] == "openat"]
    check(add, "error=EMFILE", opening)
    tried(len(opening))


@survives(
    "`add FILE` killed (SIGKILL) at each system call",
    "old or new; a hidden `.chanfix.*.tmp` may stay beside it",
)
def test_a_process_killed_at_any_call_leaves_the_old_file_or_the_new_one(calls, add, tried):
    texts = []
    for call, number in calls:
        traced, path = add(f"{call}:signal=KILL:when={number}")
        assert traced.status == -9
        texts.append(text_in(path))
        assert all(name.startswith(".chanfix.") and name.endswith(".tmp") for name in left_in(path))
    # In order: the old one up to a call, and the new one from there on.
    assert texts == sorted(texts, key=[BEFORE, AFTER].index)
    assert set(texts) == {BEFORE, AFTER}
    tried(len(calls))


SHORT = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

ssize_t read(int file, void *data, size_t size)
{
    static ssize_t (*whole)(int, void *, size_t);
    if (!whole) whole = (ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    return whole(file, data, size > 7 ? 7 : size);
}

ssize_t write(int file, const void *data, size_t size)
{
    static ssize_t (*whole)(int, const void *, size_t);
    if (!whole) whole = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    return whole(file, data, size > 7 ? 7 : size);
}
"""


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """The environment in which no read and no write moves more than seven bytes."""
    if shutil.which("cc") is None:
        pytest.skip("a C compiler is not here: install gcc")
    folder = tmp_path_factory.mktemp("short")
    (folder / "short.c").write_text(SHORT)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "short.so", "short.c", "-ldl"], cwd=folder, check=True)
    path = os.pathsep.join([str(CHECKOUT), *sys.path])
    short = os.environ | {"LD_PRELOAD": str(folder / "short.so"), "PYTHONPATH": path}
    write = [sys.executable, "-c", "import os; os.write(1, b'x' * 20)"]
    if len(subprocess.run(write, env=short, check=True, capture_output=True).stdout) != 7:
        pytest.skip("a library cannot be put before the system's here (LD_PRELOAD)")
    return short


@survives("reads and writes that stop after seven bytes, each of them, in a file and between pipes", "new, whole")
def test_short_reads_and_writes_are_gone_on_with(short, folder, tried):
    path = folder()
    command = [sys.executable, "-m", "chanfix", "add"]
    subprocess.run([*command, "guest.xml"], cwd=path, env=short, check=True, capture_output=True, timeout=300)
    assert text_in(path) == AFTER
    assert left_in(path) == set()
    for unbuffered in ("", "1"):
        environment = short | {"PYTHONUNBUFFERED": unbuffered}
        run = subprocess.run(
            [*command, "-"], env=environment, input=BEFORE, check=True, capture_output=True, timeout=300
        )
        assert run.stdout == AFTER
    tried(3)


@survives("a file of 3 MB, and a limit on file size that a write meets halfway", "old, nothing left beside it")
def test_a_write_that_stops_halfway_leaves_the_old_file(tmp_path):
    path = tmp_path / "guest.xml"
    text = BEFORE.replace(b"<devices>", b"<!--" + b"-x" * 1_500_000 + b"--><devices>")
    path.write_bytes(text)
    run = subprocess.run(
        [sys.executable, "-m", "chanfix", "add", path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )
    assert run.returncode == 3
    assert "cannot be written: File too large" in run.stderr
    assert path.read_bytes() == text
    assert os.listdir(tmp_path) == ["guest.xml"]


@survives("two processes that rename the channel of one file to and fro", "always one of the two texts, whole")
def test_two_processes_on_one_file_leave_one_of_the_texts(tmp_path, tried):
    code = """
        import sys
        from chanfix.cli import main
        sys.stdin.read()
        for number in range(50):
            assert main(["-q", ("detach-libvirt", "attach-libvirt")[number % 2], "guest.xml"]) in (0, 3)
    """
    path = tmp_path / "guest.xml"
    path.write_bytes(AFTER)
    command = [sys.executable, "-c", textwrap.dedent(code)]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe) for _ in "ab"]
    for process in both:
        process.stdin.close()
        process.stdin = None
    said = [process.communicate(timeout=120)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert path.read_bytes() in (AFTER, AFTER.replace(b"agent.0", b"agent.1"))
    assert os.listdir(tmp_path) == ["guest.xml"]
    told = {line for text in said for line in text.splitlines() if line.startswith("chanfix:")}
    assert told <= {"chanfix: guest.xml: changed while chanfix was working on it; nothing was written"}
    tried(100)


@survives("`add FILE` interrupted (Ctrl-C) at each system call", "old or new, nothing left beside it")
def test_a_process_interrupted_at_any_call_leaves_the_old_file_or_the_new_one(calls, add, tried):
    for call, number in calls:
        traced, path = add(f"{call}:signal=INT:when={number}")
        assert text_in(path) in (BEFORE, AFTER)
        assert (call, number, left_in(path)) == (call, number, set())
        assert traced.err.strip() in ("", "chanfix: interrupted")
    tried(len(calls))
