"""The child that holds libvirt's driver: what it may do, how it ends, and what is left of it: nothing."""

import errno
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib import util
from pathlib import Path

import pytest
from small_domain import document_of

from chanfix.errors import HostError
from chanfix.oracle import process
from chanfix.oracle.driver import Driver

pytestmark = pytest.mark.embed

DEADLINE = 30


@pytest.fixture
def driver(installed_driver, tmp_path):
    """A driver of the test's own. It begins with the cache of the others."""
    made = Driver(os.environ["PATH"], installed_driver.cache)
    yield made
    made.close()


def wait_until(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def child_of(pid):
    """Return the only child of a process."""
    found = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdecimal() and (parent := parent_of(path)) is not None and parent == pid
    ]
    [child] = found
    return child


def parent_of(path):
    with suppress(OSError):
        return int(path.joinpath("stat").read_bytes().rpartition(b")")[2].split()[1])
    return None


def processes(driver):
    """Return the process that waits, and the one that has the driver."""
    waiting = driver.child.pid
    return waiting, child_of(waiting)


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def test_accepted_document_has_no_words_and_its_stored_form_where_it_is_asked_for(driver):
    verdict = driver.ask(document_of())
    assert verdict.is_accepted
    assert (verdict.message, verdict.stored) == ("", None)
    assert "<name>web</name>" in driver.ask(document_of(), with_stored=True).stored


def test_refused_document_has_the_words_and_the_code_of_libvirt(driver):
    verdict = driver.ask(b"<domain type='qemu'/>")
    assert not verdict.is_accepted
    assert verdict.code
    assert "name" in verdict.message


def test_nothing_is_kept_from_one_document_to_the_next(driver):
    named = document_of().replace(b"<memory", b"<uuid>8a1f3b1e-0c6d-4d0e-9a52-0d3b7a3c5f01</uuid><memory")
    assert driver.ask(named).is_accepted
    assert driver.ask(named.replace(b"<name>web<", b"<name>mail<")).is_accepted
    assert driver.ask(document_of()).is_accepted


@pytest.mark.survival(
    "The installed libvirt that is asked",
    "its process is killed by a document",
    "that document has a finding, the next is asked",
)
def test_killed_driver_costs_one_document(driver):
    assert driver.ask(document_of()).is_accepted
    waiting, holding = processes(driver)
    os.kill(holding, signal.SIGKILL)
    verdict = driver.ask(document_of())
    assert verdict.has_ended
    assert not verdict.is_accepted
    assert driver.ask(document_of()).is_accepted
    wait_until(lambda: not is_there(waiting))


@pytest.mark.survival(
    "The installed libvirt that is asked",
    "it hangs on a document",
    "it is ended after ten seconds, the next document is asked",
)
def test_hanging_driver_is_ended_after_a_while(installed_driver):
    driver = Driver(os.environ["PATH"], installed_driver.cache, patience=0.5)
    assert driver.about
    _, holding = processes(driver)
    os.kill(holding, signal.SIGSTOP)
    verdict = driver.ask(document_of())
    assert verdict.has_ended
    assert "time" in verdict.message
    assert driver.ask(document_of()).is_accepted
    wait_until(lambda: not is_there(holding))
    driver.close()


@pytest.mark.survival(
    "The installed libvirt that is asked",
    "it crashes on one document after the other",
    "each has a finding, nothing stays",
)
def test_driver_that_is_killed_again_and_again_is_started_each_time(driver):
    started = []
    for _ in range(4):
        assert driver.ask(document_of()).is_accepted
        started.append((driver.child.root, *processes(driver)))
        os.kill(started[-1][2], signal.SIGKILL)
        assert driver.ask(document_of()).has_ended
    for root, *pids in started:
        wait_until(lambda root=root, pids=pids: not os.path.lexists(root) and not any(map(is_there, pids)))


@pytest.mark.survival("The installed libvirt that is asked", "its process ends at its start", "one sentence, status 3")
def test_process_that_ends_at_its_start_is_one_sentence(monkeypatch):
    monkeypatch.setattr(process, "find_spec", lambda name: None)
    monkeypatch.setattr(process, "_SYSTEM_PYTHON", "/bin/true")
    with pytest.raises(HostError, match="its process has ended"):
        assert Driver(os.environ["PATH"]).about


def test_closed_driver_leaves_no_process_and_no_folder(driver):
    assert driver.about
    root, pids = driver.child.root, processes(driver)
    driver.close()
    assert not os.path.lexists(root)
    assert not any(map(is_there, pids))


ASKS = """
import os, sys, time
from chanfix.oracle.driver import Driver
driver = Driver(os.environ["PATH"], sys.argv[1])
assert driver.about
print(driver.child.pid, driver.child.root, flush=True)
time.sleep(600)
"""


@pytest.mark.survival(
    "The installed libvirt that is asked", "chanfix is killed meanwhile", "no process and no folder stays"
)
def test_killed_parent_leaves_no_process_and_no_folder(installed_driver):
    command = [sys.executable, "-c", ASKS, installed_driver.cache]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        waiting, root = parent.stdout.readline().split()
        holding = child_of(int(waiting))
        parent.kill()
    wait_until(lambda: not is_there(waiting) and not is_there(holding) and not os.path.lexists(root))


def folders():
    """Return the folders of all drivers that there are."""
    return {path for place in ("/dev/shm", tempfile.gettempdir(), "/tmp") for path in Path(place).glob("chanfix-*")}


def test_folder_is_made_in_memory_where_no_usual_folder_can_be_written_to(monkeypatch):
    def refuse():
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", refuse)
    folder = Path(process._folder())
    folder.rmdir()
    assert folder.parent in {Path("/dev/shm"), Path("/tmp"), Path("/var/tmp")}


def qemus(folder):
    """Return the QEMUs whose command line names a folder of a driver."""
    found = []
    for path in Path("/proc").iterdir():
        with suppress(OSError):
            line = path.joinpath("cmdline").read_bytes() if path.name.isdecimal() else b""
            if b"qemu" in line.partition(b"\0")[0] and folder.encode() in line:
                found.append(int(path.name))
    return found


@pytest.mark.survival("The installed libvirt that is asked", "chanfix is killed while QEMU is asked", "no QEMU stays")
def test_killed_parent_leaves_no_qemu_that_was_being_asked(tmp_path):
    before = folders()
    command = [sys.executable, "-c", ASKS, str(tmp_path / "cache")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        seen = []

        def is_asking():
            seen[:] = [(path, pid) for path in folders() - before for pid in qemus(str(path))]
            return seen or parent.poll() is not None

        wait_until(is_asking)
        parent.kill()
    assert seen
    [(root, pid), *_] = seen
    wait_until(lambda: not is_there(pid) and not root.exists())
    assert qemus(str(root)) == []


def test_child_has_no_more_than_it_needs(driver, monkeypatch):
    monkeypatch.setenv("CHANFIX_TEST_SECRET", "hunter2")
    inherited = os.open("/etc/passwd", os.O_RDONLY)
    os.set_inheritable(inherited, True)
    try:
        assert driver.about
        waiting, holding = processes(driver)
        for pid in (waiting, holding):
            status = Path(f"/proc/{pid}/status").read_text()
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            opened = {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
            assert b"hunter2" not in environment
            assert "/etc/passwd" not in opened
            assert "NoNewPrivs:\t1" in status
            if os.geteuid() == 0:
                assert f"Uid:\t{process.NOBODY}\t" in status
                assert "CapEff:\t0000000000000000" in status
        names = {entry.partition(b"=")[0] for entry in environment.split(b"\0")[:-1]}
        assert names == {
            b"DBUS_SYSTEM_BUS_ADDRESS",
            b"HOME",
            b"LC_ALL",
            b"LIBVIRT_AUTOSTART",
            b"PATH",
            b"TMPDIR",
            b"XDG_CACHE_HOME",
            b"XDG_CONFIG_HOME",
            b"XDG_RUNTIME_DIR",
        }
        limits = Path(f"/proc/{holding}/limits").read_text()
        assert "Max core file size        0" in limits
        assert "Max open files            256" in limits
    finally:
        os.close(inherited)


def test_folder_of_the_driver_is_of_one_user_alone(driver):
    assert driver.about
    mode = os.stat(driver.child.root).st_mode
    assert stat.S_IMODE(mode) & 0o077 == 0


def test_process_that_was_forked_has_a_driver_of_its_own(driver):
    assert driver.about
    root = driver.child.root
    pid = os.fork()
    if pid == 0:
        is_other = driver.ask(document_of()).is_accepted and driver.child.root != root
        driver.close()
        os._exit(0 if is_other else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert driver.ask(document_of()).is_accepted
    assert driver.child.root == root


@pytest.mark.survival(
    "The installed libvirt that is asked",
    "libvirt-python is not installed",
    "one sentence with what to install, status 3",
)
def test_missing_binding_is_one_sentence_with_the_package(monkeypatch):
    monkeypatch.setattr(process, "find_spec", lambda name: None)
    # One that is not there, and one that has no binding either.
    for python in ("/nonexistent", sys.executable):
        monkeypatch.setattr(process, "_SYSTEM_PYTHON", python)
        monkeypatch.setattr(process, "_PYTHON_OPTIONS", ("-I", "-S"))
        with pytest.raises(HostError, match="binding") as raised:
            assert Driver(os.environ["PATH"]).about
        assert "python3-libvirt" in raised.value.hint


def test_python_of_the_system_is_taken_where_this_one_has_no_binding(installed_driver, monkeypatch):
    monkeypatch.setattr(process, "find_spec", lambda name: None)
    driver = Driver(os.environ["PATH"], installed_driver.cache)
    try:
        assert driver.about == installed_driver.about
    except HostError as error:
        pytest.skip(f"the system's Python has no binding: {error.message}")
    finally:
        driver.close()


@pytest.mark.survival(
    "The installed libvirt that is asked", "there is no QEMU", "one sentence with what to install, status 3"
)
def test_missing_qemu_is_one_sentence_with_the_package(monkeypatch, tmp_path):
    monkeypatch.setattr("chanfix.oracle.driver._OWN", ())
    with pytest.raises(HostError, match="QEMU") as raised:
        assert Driver(str(tmp_path)).about
    assert "qemu" in raised.value.hint


@pytest.mark.survival(
    "The installed libvirt that is asked",
    "its QEMU driver is not installed",
    "one sentence with what to install, status 3",
)
def test_missing_driver_is_one_sentence_with_the_package(monkeypatch, tmp_path):
    (tmp_path / "libvirt.py").write_text(
        "class libvirtError(Exception):\n"
        "    get_error_code = lambda self: 38\n"
        "    get_error_message = lambda self: 'no connection driver available'\n"
        "def registerErrorHandler(*_): pass\n"
        "def virEventRegisterDefaultImpl(): pass\n"
        "def virEventRunDefaultImpl(): raise libvirtError\n"
        "def open(uri): raise libvirtError\n"
    )
    tmp_path.chmod(0o755)
    found = util.spec_from_file_location("libvirt", tmp_path / "libvirt.py")
    monkeypatch.setattr(process, "find_spec", lambda name: found)
    with pytest.raises(HostError, match="no connection driver available") as raised:
        assert Driver(os.environ["PATH"]).about
    assert "libvirt-daemon-driver-qemu" in raised.value.hint


@pytest.mark.survival("The installed libvirt that is asked", "no folder can be made for it", "one sentence, status 3")
def test_no_place_for_the_folder_is_one_sentence(monkeypatch):
    def refuse(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(process.tempfile, "mkdtemp", refuse)
    with pytest.raises(HostError, match="No space left on device"):
        assert Driver(os.environ["PATH"]).about


def test_driver_that_fails_on_every_document_is_no_verdict(driver, monkeypatch):
    """A full disk is no fault of a document."""
    assert driver.about
    etc = Path(driver.child.root, "etc", "qemu")
    etc.mkdir(exist_ok=True)
    etc.chmod(0)
    if os.geteuid() == 0:
        os.chown(etc, 0, 0)
    with pytest.raises(HostError, match="cannot be asked any more"):
        driver.ask(document_of())
