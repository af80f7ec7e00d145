"""Fixtures that several test modules use."""

import os
import shutil
import socket
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from reliability import Reliability

from chanfix.domain import domains_in
from chanfix.errors import HostError, InputError
from chanfix.host.host import Code
from chanfix.host.libvirt.connection import connect
from chanfix.oracle.driver import Driver
from chanfix.oracle.judge import InstalledLibvirt
from chanfix.oracle.question import question_of
from chanfix.xml.document import Document

NOBODY = 65534
CHECKOUT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden"
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="rewrite the files that outputs are compared with")
    parser.addoption("--rounds", type=int, default=1, help="how many times as many generated cases are tried")


def pytest_configure(config):
    config.pluginmanager.register(Reliability(config))
    # No time limits: a busy machine is no failure. The same examples at each run, until somebody asks for others.
    settings.register_profile(
        "calm",
        deadline=None,
        derandomize=config.option.rounds == 1,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("calm")


@pytest.fixture
def tried(record_property):
    """Say how many cases a test with the marker ``survival`` has tried, where it is not one."""
    return lambda count: record_property("times", count)


@pytest.fixture(scope="session")
def corpus():
    """The folder of real documents, which is no part of the project; CHANFIX_CORPUS says where it is."""
    folder = Path(os.environ.get("CHANFIX_CORPUS") or CHECKOUT.parent / "shared" / "corpus")
    if not folder.is_dir():
        pytest.skip(f"there are no real documents in {folder}; CHANFIX_CORPUS can name another folder")
    return folder


@pytest.fixture(scope="session")
def real_documents(corpus):
    """The bytes of all real documents by name: libvirt's own test data, and definitions from public repositories."""
    with tarfile.open(corpus / "libvirt-9.0.0-domains.tar.xz") as archive:
        documents = {
            os.path.basename(member.name): archive.extractfile(member).read() for member in archive if member.isfile()
        }
    return documents | {path.name: path.read_bytes() for path in sorted((corpus / "real").iterdir())}


@pytest.fixture(scope="session", autouse=True)
def home():
    """A home of the tests' own. libvirt asks once in a process where home is, so this comes before everything.

    In /var/tmp, open to all: QEMU may run as another user, and a socket's path in it stays under 108 bytes.
    """
    folder = Path(tempfile.mkdtemp(prefix="cf-", dir="/var/tmp"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
            patch.setenv(f"XDG_{name}", str(folder))
        patch.delenv("LIBVIRT_DEFAULT_URI", raising=False)
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def shared_folder():
    """A folder that another user can reach, which is not so of pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="cf-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def embed(home):
    """A connection to libvirt's QEMU driver in this process: no daemon, its own folder, real parsing and real QEMU.

    A process can have one such folder for all of its life, so every test that uses this shares it: take domain names
    of your own. It can be opened by its URI about twenty times ("Too many drivers"), so do that where it matters. The
    first definition takes seconds, because libvirt asks QEMU what it can do.
    """
    libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    if shutil.which("qemu-system-x86_64") is None:
        pytest.skip("QEMU is missing: install qemu-system-x86 (Debian, Ubuntu) or qemu-system-x86-core (Fedora)")
    settings = home / "etc" / "qemu.conf"
    settings.parent.mkdir()
    settings.write_text('stdio_handler = "file"\n')  # else a start waits for virtlogd
    connect("test:///default", readonly=True).close()  # starts the event loop
    try:
        with as_nobody(home):
            connection = libvirt.open(f"qemu:///embed?root={home}")
    except libvirt.libvirtError as error:
        if error.get_error_code() == Code.NO_CONNECT:
            pytest.skip("libvirt's QEMU driver is missing: install libvirt-daemon-driver-qemu")
        raise
    yield connection
    connection.close()


@pytest.fixture
def need_display(embed):
    """Skip the test where this QEMU lacks a display: newer Debian and Ubuntu have spice in a package of its own."""

    def need(kind):
        if f"<value>{kind}</value>" not in embed.getDomainCapabilities(virttype="qemu"):
            pytest.skip(f"this QEMU has no {kind} display: install qemu-system-modules-{kind}")

    return need


@pytest.fixture(scope="session")
def stored(embed):
    """Define a document and return what libvirt stored, None when it refuses; nothing stays behind."""
    import libvirt

    keep = libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM | libvirt.VIR_DOMAIN_UNDEFINE_KEEP_TPM

    @cache
    def define(data):
        try:
            domain = embed.defineXML(Document.parse(data).data.decode())
        except (InputError, libvirt.libvirtError):
            return None
        try:
            return domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
        finally:
            domain.undefineFlags(keep)

    return define


@pytest.fixture(scope="session")
def refusal(installed_driver):
    """Return what libvirt's QEMU driver says against a document, None where it defines it; each is asked once."""

    def ask(data):
        domains = domains_in(Document.parse(data))
        question = question_of(domains[0], installed_driver) if domains else "it is no domain"
        if isinstance(question, str):
            return f"not asked: {question}"
        verdict = installed_driver.ask(question.text())
        return f"libvirt crashed: {verdict.message}" if verdict.has_ended else verdict.message or None

    return cache(ask)


@pytest.fixture(scope="session")
def installed_driver(tmp_path_factory):
    """libvirt's QEMU driver in a process of its own, which a document may crash."""
    # A machine that boots guests at the same time may take seconds for what libvirt does in one of a thousand.
    driver = Driver(os.environ["PATH"], str(tmp_path_factory.mktemp("qemu")), patience=60)
    try:
        assert driver.about
    except HostError as error:
        pytest.skip(f"{error.message}: {error.hint}")
    yield driver
    driver.close()


@pytest.fixture(scope="session")
def installed_libvirt(installed_driver):
    """The installed libvirt, for findings."""
    return InstalledLibvirt(installed_driver)


@pytest.fixture(scope="session")
def embed_uri(embed):
    """The URI of that driver, for commands that open it themselves."""
    return embed.getURI()


@pytest.fixture
def silent(tmp_path):
    """The URI of a server that takes connections and never says a word."""
    path = tmp_path / "sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        yield f"qemu+unix:///system?socket={path}"


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Let root open the driver as an ordinary user, which it then takes itself to be for good.

    For root it would need the user libvirt-qemu, and where that user cannot open /dev/kvm and root can, it would forget
    at each call what QEMU can do: every definition would take ten seconds.
    """
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        # What chanfix keeps stays its own.
        if "chanfix" not in path.parts:
            os.chown(path, NOBODY, NOBODY)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture(scope="module")
def browser():
    """Chromium, which asks nothing of a network by itself."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is missing: install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def golden(request):
    """Compare a text or bytes with a file of tests/golden, or one with its whole path; texts as ``read`` makes of both.

    ``--update`` rewrites the file first.
    """

    def compare(name, content, read=str):
        path = GOLDEN / name
        data = content if isinstance(content, bytes) else content.encode()
        if request.config.getoption("update"):
            path.write_bytes(data)
        if isinstance(content, bytes):
            assert content == path.read_bytes()
        else:
            assert read(content) == read(path.read_bytes().decode())

    return compare


@pytest.fixture
def store(tmp_path):
    """A store of saved definitions whose clock stands still."""
    from chanfix.change.backup import BackupStore

    return BackupStore(tmp_path / "state", lambda: datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
