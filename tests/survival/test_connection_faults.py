"""A real libvirtd that is killed: before each call of chanfix, and at each of its own while it stores a domain."""

import re
import shutil
import time
from datetime import UTC, datetime

import pytest
from session_libvirtd import PATIENCE, SessionLibvirtd

from chanfix.change.apply import carry_out, prepare
from chanfix.change.backup import BackupStore
from chanfix.change.rollback import carry_out_all
from chanfix.cli import main
from chanfix.domain import AGENT_NAME
from chanfix.errors import HostError
from chanfix.host.host import DomainRef
from chanfix.host.libvirt.connection import LibvirtHost, connect
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

REF = DomainRef("web", "6695eb01-f6a4-8304-79aa-97f2502e193f")
BEFORE = f"""\
<domain type='qemu'>
  <name>{REF.name}</name>
  <uuid>{REF.uuid}</uuid>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
</domain>
"""
CONTROLLER = "<devices><controller type='virtio-serial' index='0'/></devices>"
CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)


def survives(what, outcome):
    return pytest.mark.survival("A connection to libvirt", what, outcome)


@pytest.fixture(scope="module")
def libvirtd():
    if shutil.which("libvirtd") is None:
        pytest.skip("libvirtd is missing: install libvirt-daemon")
    if shutil.which("qemu-system-x86_64") is None:
        pytest.skip("QEMU is missing: install qemu-system-x86 (Debian, Ubuntu) or qemu-system-x86-core (Fedora)")
    connect("test:///default", readonly=True).close()  # starts the event loop
    daemon = SessionLibvirtd(libvirt)
    try:
        daemon.start().close()
    except RuntimeError as error:
        daemon.remove()
        pytest.skip(f"libvirtd does not start here: {error}")
    try:
        yield daemon
    finally:
        daemon.remove()


@pytest.fixture
def start(libvirtd):
    """Start the libvirtd anew, with the domain as it was at the beginning; return a connection and its definition."""

    def start():
        libvirtd.kill()
        connection = libvirtd.start()
        return connection, connection.defineXML(BEFORE).XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)

    return start


@pytest.fixture
def stored_after(libvirtd):
    """Start the libvirtd once more and return what it still has of the domain."""

    def stored_after():
        libvirtd.kill()
        connection = libvirtd.start()
        return connection.lookupByName(REF.name).XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)

    return stored_after


class Watched:
    """A host that does something before one of its calls."""

    def __init__(self, host, event=lambda: None, number=None):
        self._host = host
        self._event = event
        self._number = number
        self.calls = []

    def __getattr__(self, name):
        attribute = getattr(self._host, name)
        if name in ("uri", "version"):
            return attribute

        def call(*arguments, **options):
            self.calls.append(name)
            if len(self.calls) == self._number:
                self._event()
            return attribute(*arguments, **options)

        return call


def is_old_or_new(text, before):
    if AGENT_NAME not in text:
        return text == before
    ours = re.compile(r"\s*<(channel|controller) type='(unix|virtio-serial)'.*?</\1>", re.DOTALL)
    return text.count(AGENT_NAME) == 1 and ours.sub("", text) == ours.sub("", before)


@survives("libvirtd killed before each call of `add DOMAIN`", "old or new, whole, and the error says which")
def test_a_libvirtd_that_dies_before_a_call_leaves_the_old_or_the_new_definition(
    libvirtd, start, stored_after, tmp_path, tried
):
    def run(host, folder):
        store = BackupStore(tmp_path / folder, lambda: datetime(2026, 1, 1, tzinfo=UTC))
        return carry_out(host, prepare(host, REF, lambda document: add(document, Wish())), store)

    connection, before = start()
    usual = Watched(LibvirtHost(libvirt, connection, PATIENCE))
    run(usual, "usual")
    assert usual.calls.count("define") == 1
    for number, name in enumerate(usual.calls, 1):
        connection, before = start()
        with pytest.raises(HostError) as caught:
            run(Watched(LibvirtHost(libvirt, connection, PATIENCE), libvirtd.kill, number), str(number))
        is_defined = "define" in usual.calls[: number - 1]
        assert ("was defined" in caught.value.message) == is_defined, (number, name)
        after = stored_after()
        assert is_old_or_new(after, before)
        assert (AGENT_NAME in after) == is_defined
    tried(len(usual.calls))


@pytest.fixture
def start_running(libvirtd):
    """Start the libvirtd anew, with the domain as it was at the beginning and running; return a connection."""

    def start_running():
        libvirtd.kill()
        libvirtd.kill_guests()
        connection = libvirtd.start()
        deadline = time.monotonic() + PATIENCE
        while connection.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE):  # until it has missed it
            assert time.monotonic() < deadline
            time.sleep(0.05)
        connection.defineXML(BEFORE.replace("</os>", f"</os>{CONTROLLER}")).create()
        return connection

    return start_running


@survives(
    "libvirtd killed before each call of `add --live DOMAIN`",
    "stored and running old or new, whole; the error is true of both; the same command then goes through",
)
def test_a_libvirtd_that_dies_before_a_call_leaves_a_running_domain_that_can_be_gone_on_with(
    libvirtd, start_running, tmp_path, tried
):
    def run(host, folder):
        store = BackupStore(tmp_path / folder, lambda: datetime(2026, 1, 1, tzinfo=UTC))
        prepared = prepare(host, REF, lambda document: add(document, Wish()), live=True)
        return carry_out_all(host, prepared, store, settle=0)

    def texts(connection):
        domain = connection.lookupByName(REF.name)
        return domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE), domain.XMLDesc()

    usual = Watched(LibvirtHost(libvirt, start_running(), PATIENCE))
    assert run(usual, "usual").is_running_changed
    defined, attached = usual.calls.index("define"), usual.calls.index("attach_device")
    for number in range(1, len(usual.calls) + 1):
        connection = start_running()
        before = texts(connection)[0]
        said = ""
        try:
            run(Watched(LibvirtHost(libvirt, connection, PATIENCE), libvirtd.kill, number), str(number))
        except HostError as error:
            said = error.message
        libvirtd.kill()
        connection = libvirtd.start()
        stored, running = texts(connection)
        at = number, usual.calls[number - 1], said
        assert is_old_or_new(stored, before), at
        assert (AGENT_NAME in stored, AGENT_NAME in running) == (number - 1 > defined, number - 1 > attached), at
        # The last thing is to look whether the guest opens its port: by then all is done.
        assert bool(said) == (number < len(usual.calls)), at
        is_verified = number - 1 > defined + 1
        assert ("the stored definition has the new channel" in said) == (is_verified and bool(said)), at
        assert "as it was before" not in said, at
        run(LibvirtHost(libvirt, connection, PATIENCE), str(number))
        assert [text.count(AGENT_NAME) for text in texts(connection)] == [1, 2], at  # in the running one's path as well
    tried(len(usual.calls))


@survives(
    "libvirtd killed at each kind of call that it makes to store what `add DOMAIN` defines",
    "old or new, whole; the error says that it may be either; the same command then goes through",
)
def test_a_libvirtd_that_dies_while_it_defines_leaves_the_old_or_the_new_definition(
    libvirtd, start, stored_after, tmp_path, monkeypatch, capfd, tried
):
    if shutil.which("strace") is None:
        pytest.skip("strace is not here: install the package of that name")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    command = ["-q", "-c", libvirtd.uri, "add", REF.name]
    path, log = f"{libvirtd.file_of(REF.name)}.new", tmp_path / "calls"

    def traced(inject=None):
        _, before = start()
        tracer = libvirtd.trace(path, log, inject)
        if isinstance(tracer, str):
            pytest.skip(f"strace cannot trace here: {tracer.strip()}")
        with tracer:
            status = main(command)
            libvirtd.kill()
        return status, before, "".join(capfd.readouterr())

    status, before, _ = traced()
    assert status == 0
    calls = list(dict.fromkeys(CALL.findall(log.read_text())))
    assert {"write", "fsync", "rename"} <= {*calls}
    found = []
    for name in calls:
        status, before, said = traced(f"{name}:signal=KILL:when=1")
        after = stored_after()
        assert is_old_or_new(after, before)
        assert (status, "hint: it may still be defined" in said) == (3, True), said
        found.append(AGENT_NAME in after)
        assert main(command) == 0
    assert found == sorted(found)
    assert {*found} == {False, True}
    tried(len(calls))
