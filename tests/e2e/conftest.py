"""A real Linux guest with the real agent, on the real QEMU driver.

On ``qemu:///embed``, or with ``CHANFIX_E2E_LIBVIRTD=1`` on a libvirtd that this process starts and stops, which takes
root. A machine where there can be no guest skips these tests; one that is asked for a libvirtd fails without it.
"""

import io
import os
import shutil
import subprocess
from collections import namedtuple
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from uuid import uuid4

import pytest
from guest_driver import Embedded, Libvirtd, reaper
from guest_image import Image, ImageError, find_or_build, kvm_works
from guest_machine import Guest, definition

from chanfix.cli import main
from chanfix.host.libvirt.connection import connect

Done = namedtuple("Done", "status out err")

# Asked before the tests have a home of their own, so that the next run finds it.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chanfix-guest"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show what the guests of a failed test said."""
    report = yield
    if report.failed:
        for machine in getattr(item, "funcargs", {}).values():
            if isinstance(machine, Guest):
                report.sections.append((f"console of {machine.name}", machine.console()[-5000:]))
    return report


@pytest.fixture(scope="session")
def driver(request, home):
    """The driver that the guests run on: its ``connection`` and its ``uri``, and nothing runs on it in the end."""
    if os.environ.get("CHANFIX_E2E_LIBVIRTD") != "1":
        embedded = Embedded(request.getfixturevalue("embed"), home)
        with reaper(*embedded.pid_files):
            yield embedded
        return
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    connect("test:///default", readonly=True).close()  # starts the event loop
    daemon = Libvirtd(home / "libvirtd")
    with reaper(*daemon.pid_files):
        daemon.start()
        yield daemon
        daemon.stop()


@pytest.fixture(scope="session")
def cached_image(driver):
    try:
        return find_or_build(CACHE)
    except (ImageError, OSError) as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def image(cached_image, home):
    """The kernel and the initramfs, where every QEMU can read them."""
    folder = home / "image"
    folder.mkdir()
    return Image(*(Path(shutil.copy(path, folder)) for path in (cached_image.kernel, cached_image.initrd)))


@pytest.fixture(scope="session")
def accelerator(driver, cached_image):
    """The type of the guests' domains: emulated, unless this driver's KVM boots them."""
    import libvirt

    try:
        driver.connection.getDomainCapabilities(virttype="kvm")
    except libvirt.libvirtError:
        return "qemu"
    return "kvm" if kvm_works(cached_image) else "qemu"


@pytest.fixture(scope="session")
def chanfix(driver):
    """Run a command of chanfix in this process, on the driver of the guests."""

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), driver.kept_open():
            status = main(["--connect", driver.uri, *arguments])
        return Done(status, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def make_guest(driver, image, accelerator, home):
    """Define a guest: ``make_guest(agent='good', channel=None, ...)``; see ``Guest`` for what can be done with it.

    ``agent`` is the mode of its agents (``Guest.set_agent`` has them all). ``channel`` is XML of one or more channels,
    by default one for libvirt's own agent; '' for none. Without ``controller`` it has a virtio-serial controller only
    when libvirt adds one for a channel. All are gone at the end of the session; ``guest`` makes one for a test.
    """
    made = []

    def make(name=None, *, agent="good", channel=None, controller=True, memory=128, machine="pc"):
        name = name or f"guest-{uuid4().hex[:6]}"
        folder = home / "guests" / name
        folder.mkdir(parents=True)
        # QEMU may run as another user.
        folder.parent.chmod(0o777)
        folder.chmod(0o777)
        disk = folder / "disk.qcow2"
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", disk, "8M"], check=True, timeout=60)
        disk.chmod(0o666)
        driver.connection.defineXML(
            definition(name, folder, disk, image, accelerator, agent, channel, controller, memory, machine)
        )
        made.append(Guest(driver, name, folder))
        return made[-1]

    yield make
    for machine in made:
        machine.remove()


@pytest.fixture
def guest(make_guest):
    """Define a guest as ``make_guest`` does, for this test alone."""
    made = []

    def make(name=None, **wanted):
        made.append(make_guest(name, **wanted))
        return made[-1]

    yield make
    for machine in made:
        machine.remove()


@pytest.fixture(scope="session")
def shared_guest(make_guest):
    """A running guest with a good agent, for every test that leaves it as it was."""
    machine = make_guest()
    machine.start()
    machine.wait_for_agent()
    return machine


@pytest.fixture
def good_guest(shared_guest):
    """The running guest of all tests, as good as new."""
    if not shared_guest.domain.isActive():
        shared_guest.start()
    shared_guest.wait_for_agent()
    return shared_guest
