"""A backup that is saved while system calls fail, the process dies, others save too, and the clock jumps."""

import shutil
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chanfix.change.backup import BackupStore
from chanfix.host.host import DomainRef

DOMAIN = DomainRef("web", "00000000-0000-0000-0000-000000000001")
URI = "qemu:///system"
NOON = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "<domain/>" * 2000


def survives(what, outcome="all backups whole, the last one whole or not there, a true message"):
    return pytest.mark.survival("Backups of stored definitions", what, outcome)


@pytest.fixture
def folder(tmp_path):
    """Make a folder with one backup in it."""

    def make():
        shutil.rmtree(tmp_path, ignore_errors=True)
        tmp_path.mkdir()
        store_in(tmp_path).save(URI, DOMAIN, b"first")
        return tmp_path

    return make


def store_in(folder, clock=lambda: NOON):
    return BackupStore(folder / "state", clock)


def texts_in(folder):
    return [path.read_text() for path in sorted(folder.rglob("2*.xml"))]


def left_in(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".xml"]


@pytest.fixture
def save(tracer, folder):
    def save(inject=None):
        path = folder()
        return tracer.run(path, "save_backup", TEXT, inject=inject), path

    return save


@pytest.fixture
def calls(tracer, folder, save):
    tracer.warm_up(folder(), "save_backup", "x")
    traced, path = save()
    assert (traced.status, texts_in(path)) == (0, ["first", TEXT])
    return [call for call in traced.calls() if call[0] != "getcwd"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=survives(f"{what} ({name}) at each system call of a backup in turn"))
        for name, what in {
            "EIO": "a failing disk",
            "ENOSPC": "a full disk",
            "EMFILE": "no file descriptor left",
            "EACCES": "a permission that is taken away",
            "EINTR": "an interrupted call",
        }.items()
    ],
)
def test_an_error_at_any_call_leaves_no_half_backup(name, calls, save, tried):
    for call, number in calls:
        traced, path = save(f"{call}:error={name}:when={number}")
        at = (call, number, traced.err)
        is_saved = traced.status == 0
        assert texts_in(path) == ["first", TEXT] or (texts_in(path) == ["first"] and not is_saved), at
        assert left_in(path) == [] or call == "unlinkat", at
        assert traced.err.startswith("" if is_saved else "cannot use the backups in 'state/backups/"), at
        assert traced.err.count("\n") == (0 if is_saved else 1), at
    tried(len(calls))


@survives("SIGKILL at each system call of a backup", "all backups whole, and the older one comes back")
def test_a_process_killed_at_any_call_leaves_no_half_backup(calls, save, tried):
    for call, number in calls:
        _, path = save(f"{call}:signal=KILL:when={number}")
        assert texts_in(path) in (["first"], ["first", TEXT])
        assert all(file.stat().st_mode & 0o077 == 0 for file in left_in(path))
        assert store_in(path).newest(URI, DOMAIN, other_than=TEXT.encode()).xml == b"first"
    tried(len(calls))


@survives(
    "two processes that save backups of one domain, by a clock that stands still", "every backup has its own name"
)
def test_two_processes_do_not_overwrite_each_others_backups(folder, tried):
    code = """
        import sys
        from pathlib import Path
        sys.path.insert(0, sys.argv[1])
        from forking import save_backup
        sys.stdin.read()
        for number in range(40):
            assert save_backup([f"{sys.argv[2]} {number}"]) == 0
    """
    path = folder()
    command = [sys.executable, "-c", textwrap.dedent(code), str(Path(__file__).parent)]
    both = [
        subprocess.Popen([*command, name], cwd=path, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) for name in "ab"
    ]
    for process in both:
        process.stdin.close()
    assert [process.wait(60) for process in both] == [0, 0]
    expected = {f"{name} {number}" for name in "ab" for number in range(40)} | {"first"}
    assert sorted(texts_in(path)) == sorted(expected)
    tried(80)


@survives("a clock that jumps: back, far ahead, to the same moment again", "the newest backup is the last one saved")
def test_a_clock_that_jumps_does_not_change_the_order(folder, tried):
    jumps = [-1, 0, 3600, -86400 * 400, 86400 * 365 * 70, -86400 * 365 * 70, 1, 0]
    path = folder()
    for number, jump in enumerate(jumps):
        store = store_in(path, lambda jump=jump: NOON + timedelta(seconds=jump))
        store.save(URI, DOMAIN, b"%d" % number)
        assert store.newest(URI, DOMAIN, other_than=b"").xml == b"%d" % number
        assert store.newest(URI, DOMAIN, other_than=b"%d" % number).xml == (
            b"%d" % (number - 1) if number else b"first"
        )
    tried(len(jumps))
