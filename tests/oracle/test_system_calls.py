"""What the process with libvirt's driver does to the system, as strace sees it: what SECURITY.md promises."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from small_domain import document_of

pytestmark = pytest.mark.embed

HOSTILE = document_of(
    "<disk type='network'><source protocol='https' name='x'><host name='disk.example.org'/></source>"
    "<target dev='vda'/></disk>"
    "<disk type='file'><driver name='qemu' type='qcow2'/><source file='/etc/shadow'/><target dev='vdb'/></disk>"
    "<interface type='network'><source network='default'/></interface>"
    "<interface type='bridge'><source bridge='br0'/><script path='/bin/touch'/></interface>"
    "<interface type='user'/>"
    "<graphics type='vnc' socket='/run/vnc.sock'><listen type='socket' socket='/run/vnc.sock'/></graphics>"
    "<graphics type='vnc' listen='vnc.example.org'/>"
    "<serial type='file'><source path='/etc/cron.d/evil'/></serial>"
    "<serial type='tcp'><source mode='connect' host='serial.example.org' service='23'/></serial>"
    "<channel type='unix'><source mode='bind' path='/run/evil.sock'/><target type='virtio' name='a'/></channel>"
    "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='0' slot='0' function='0'/>"
    "</source></hostdev>"
    "<rng model='virtio'><backend model='random'>/dev/random</backend></rng>"
    "<memballoon model='virtio' autodefalte='on'/>",
    beside="<seclabel type='static' model='dac'><label>nobody:nogroup</label></seclabel>",
)
REFUSED = HOSTILE.replace(b"<memballoon", b"<iommu model='intell'/><memballoon")
CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+)")
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Asked about the name of a user by libc, on machines that have one of them.
NAMES = ("/var/run/nscd/socket", "/run/nscd/socket", "/run/systemd/userdb/", "/var/lib/sss/pipes/")


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """The calls of all processes but the first, with the folder that the driver has for itself."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing (Debian package strace)")
    folder = tmp_path_factory.mktemp("strace")
    for name, data in {"hostile": HOSTILE, "refused": REFUSED}.items():
        (folder / f"{name}.xml").write_bytes(data)
    traced = "execve,execveat,connect,bind,openat,open,creat,unlink,unlinkat,rename,renameat2,mkdir,mkdirat,chmod,chown"
    command = [sys.executable, "-m", "chanfix", "lint", "--ask-libvirt", "--output-format", "json", "."]
    run = subprocess.run(
        ["strace", "-f", "-qq", "-s", "300", "-e", f"trace={traced}", "-o", "trace", *command],
        cwd=folder,
        # Nothing is cached yet, so that QEMU is asked.
        env=os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "ptrace" in run.stderr:
        pytest.skip(f"strace cannot trace here: {run.stderr.strip()}")
    assert run.returncode == 1, run.stderr
    lines = [line.split(None, 1) for line in (folder / "trace").read_text().splitlines()]
    first = lines[0][0]
    found = [CALL.match(rest) for pid, rest in lines if pid != first]
    calls = [(call["name"], call["arguments"]) for call in found if call]
    [root] = {match[1] for _, arguments in calls if (match := re.search(r'"([^"]*/chanfix-[^/"]*)/etc', arguments))}
    return root, calls


def paths(arguments):
    return PATH.findall(arguments)


def test_no_program_is_started_but_qemu(calls):
    _, made = calls
    programs = {paths(arguments)[0] for name, arguments in made if name.startswith("execve")}
    assert any("qemu" in program for program in programs)
    others = {program for program in programs if "qemu-system" not in program and "qemu-kvm" not in program}
    assert others <= {sys.executable}


def test_nothing_is_connected_to_but_what_names_a_user(calls):
    root, made = calls
    for name, arguments in made:
        if name in ("connect", "bind"):
            assert "AF_UNIX" in arguments or "AF_NETLINK" in arguments, arguments
            for path in paths(arguments):
                assert path.startswith((root, *NAMES)), arguments


def test_nothing_is_written_outside_of_its_own_folder(calls):
    root, made = calls
    for name, arguments in made:
        is_opened = name in ("openat", "open")
        if name in ("execve", "execveat", "connect", "bind") or (is_opened and not WRITES.search(arguments)):
            continue
        for path in paths(arguments):
            # What is not absolute is below a folder that was opened, and the driver works in its own.
            # QEMU looks at devices of the processor, such as /dev/sgx_vepc.
            is_device = path.startswith("/dev/") and not path.startswith("/dev/shm/")
            is_own = is_device or path.startswith((root, "/proc/self/"))
            assert is_own or not path.startswith("/"), (name, arguments)
            assert ".." not in path.split("/"), (name, arguments)
