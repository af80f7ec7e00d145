"""A Linux guest of a kernel and an initramfs with the real qemu-ga, made from Debian's packages and kept in a cache."""

import contextlib
import fcntl
import gzip
import hashlib
import io
import lzma
import os
import re
import shutil
import stat
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

SCRIPTS = Path(__file__).parent / "guest"
KERNEL = "linux-image-amd64"
PACKAGES = ("busybox-static", "qemu-guest-agent")
# Loaded in this order, each behind what it depends on. What is built into a kernel is no module.
MODULES = (
    *("virtio", "virtio_ring", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci"),
    *("virtio_console", "virtio_blk", "crc32c_generic", "ext4"),
    # For a guest with a network: what DHCP takes as well.
    *("virtio_net", "af_packet"),
)
# Where they and what they depend on are in the kernel's package.
HOLDS_MODULES = re.compile(
    r"/kernel/((drivers/(virtio|block|char)|fs/(ext4|jbd2)|net/packet|crypto|lib)/|fs/mbcache"
    r"|drivers/net/(virtio_net|net_failover)|net/core/failover)"
)
TIMEOUT = 300


class ImageError(Exception):
    """There can be no guest on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Image:
    """What QEMU boots."""

    kernel: Path
    initrd: Path


def find_or_build(cache: Path) -> Image:
    """Return the image of the newest packages that apt knows, from the cache if it is there.

    One process builds it, others wait for that. Raises ``ImageError`` where it cannot be built.
    """
    for tool in ("apt-get", "apt-cache", "dpkg-deb", "ldd"):
        if shutil.which(tool) is None:
            raise ImageError(f"the guest is built from Debian's packages, and there is no {tool} here")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return _build(cache, own_lists=False)
        except subprocess.SubprocessError:
            # apt's lists are missing or name packages that are gone: ask with lists of our own.
            try:
                return _build(cache, own_lists=True)
            except subprocess.SubprocessError as error:
                said = (error.stderr or b"").decode(errors="replace").strip()
                raise ImageError(f"the guest cannot be built: {error} {said}") from None


def kvm_works(image: Image) -> bool:
    """Whether the image boots under KVM here; there are machines whose KVM never comes to the first line.

    The answer holds until this machine is booted again.
    """
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    known = image.kernel.with_name(f"kvm-{boot}")
    with contextlib.suppress(FileNotFoundError):
        return known.read_text() == "works"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    command = ["qemu-system-x86_64", "-accel", "kvm", "-m", "128", "-nodefaults", "-display", "none", "-no-reboot"]
    command += ["-serial", "stdio", "-kernel", image.kernel, "-initrd", image.initrd]
    command += ["-append", "console=ttyS0 quiet panic=-1 chanfix.agent=none"]
    try:
        said = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=15).stdout
    except subprocess.TimeoutExpired:
        said = b""
    works = b"chanfix guest: ready" in said
    known.write_text("works" if works else "broken")
    return works


class Apt:
    """Debian's packages, as apt-get and apt-cache give them to anybody."""

    def __init__(self, folder, *, own_lists=False):
        self._folder = folder
        # Root's apt would download as a user that cannot reach the folder.
        self._options = ["-o", "APT::Sandbox::User=root"]
        if own_lists:
            for part in ("lists", "cache"):
                (folder / part / "partial").mkdir(parents=True, exist_ok=True)
            self._options += ["-o", f"Dir::State::lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache"]
            self._run("apt-get", "-qq", "update")

    def show(self, field, *packages):
        """Return what the newest version of each says there."""
        text = self._run("apt-cache", "show", "--no-all-versions", *packages).decode()
        return re.findall(rf"(?m)^{field}: (.*)$", text)

    def download(self, package):
        """Return the file of the newest version."""
        folder = self._folder / "debs" / package
        folder.mkdir(parents=True)
        self._run("apt-get", "-qq", "download", package, cwd=folder)
        return next(folder.glob("*.deb"))

    def _run(self, tool, *arguments, cwd=None):
        environment = {**os.environ, "LC_ALL": "C"}
        command = [tool, *self._options, *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, cwd=cwd, env=environment, timeout=TIMEOUT
        ).stdout


def _build(cache, *, own_lists):
    with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as name:
        building = Path(name)
        apt = Apt(building, own_lists=own_lists)
        needed = apt.show("Depends", KERNEL)
        if not needed:
            raise ImageError(f"the guest is built from Debian's packages, and apt knows no {KERNEL} here")
        kernel = re.search(r"linux-image-\S+", needed[0])[0]
        # Since Linux 7 the kernel and its modules are in packages of their own, which that one depends on.
        parts = re.findall(r"linux-(?:binary|modules)-\S+", apt.show("Depends", kernel)[0]) or [kernel]
        key = hashlib.sha256(Path(__file__).read_bytes())
        for path in sorted(SCRIPTS.iterdir()):
            key.update(path.name.encode() + b"\0" + path.read_bytes())
        key.update(" ".join([kernel, *apt.show("Version", kernel, *PACKAGES)]).encode())
        folder = cache / key.hexdigest()[:16]
        if not folder.is_dir():
            ready = building / "ready"
            ready.mkdir()
            vmlinuz, modules = _kernel([apt.download(part) for part in parts])
            (ready / "vmlinuz").write_bytes(vmlinuz)
            files = _programs(apt, building) | _modules(modules)
            (ready / "initrd").write_bytes(gzip.compress(_archive(files), 6))
            ready.rename(folder)
        return Image(folder / "vmlinuz", folder / "initrd")


def _kernel(packages):
    """Return the kernel and all modules that may be needed, by name."""
    modules = {}
    vmlinuz = b""
    for path, data in chain.from_iterable(map(_files, packages)):
        name, dot, suffix = os.path.basename(path).partition(".ko")
        if dot:
            modules[name.replace("-", "_")] = lzma.decompress(data) if suffix else data
        else:
            vmlinuz = data
    if not vmlinuz:
        names = ", ".join(path.name for path in packages)
        raise ImageError(f"the guest is built from Debian's packages, and there is no kernel in {names}")
    return vmlinuz, modules


def _files(package):
    """Yield the kernel and the modules of a package, by path."""
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            is_module = member.name.endswith((".ko", ".ko.xz")) and HOLDS_MODULES.search(member.name)
            is_kernel = os.path.basename(member.name).startswith("vmlinuz")
            if member.isfile() and (is_module or is_kernel):
                yield member.name, archive.extractfile(member).read()


def _modules(found):
    order = []

    def add(name):
        if name in found and name not in order:
            depends = re.search(rb"\0depends=([^\0]*)\0", found[name])
            for needed in depends[1].decode().replace("-", "_").split(",") if depends else ():
                add(needed)
            order.append(name)

    for name in MODULES:
        add(name)
    files = {f"modules/{name}": found[name] for name in order}
    return files | {"modules/order": "".join(f"{name}\n" for name in order).encode()}


def _programs(apt, building):
    """Return busybox, qemu-ga with the libraries it takes on this machine, and our scripts."""
    root = building / "root"
    for package in PACKAGES:
        subprocess.run(["dpkg-deb", "-x", apt.download(package), root], check=True, timeout=TIMEOUT)
    agent = next(path for path in (root / "usr/sbin/qemu-ga", root / "usr/bin/qemu-ga") if path.exists())
    busybox = next(path for path in (root / "usr/bin/busybox", root / "bin/busybox") if path.exists())
    files = {"bin/busybox": busybox, "sbin/qemu-ga": agent, "etc/os-release": Path("/etc/os-release")}
    said = subprocess.run(["ldd", agent], check=True, capture_output=True, text=True, timeout=TIMEOUT).stdout
    missing = re.findall(r"(\S+) => not found", said)
    if missing:
        raise ImageError(f"qemu-ga takes {', '.join(missing)}: install qemu-system-x86, which takes them too")
    for path in map(Path, re.findall(r"(/\S+) \(0x", said)):
        # The loader is asked for by its whole path, the others by their names.
        files[str(path)[1:] if path.name.startswith("ld-") else f"lib/{path.name}"] = path
    # Some programs are sought in /sbin and some in /bin.
    files |= {f"sbin/{path.name}": path for path in SCRIPTS.iterdir() if path.name != "init"}
    files["init"] = SCRIPTS / "init"
    return {name: path.read_bytes() for name, path in files.items()}


def _archive(files):
    """Write a cpio archive in the format that kernels read ("newc"), everything executable."""
    folders = {str(parent) for name in files for parent in Path(name).parents} - {"."}
    folders |= {"proc", "sys", "dev", "etc"}
    out = io.BytesIO()
    entries = [(name, stat.S_IFDIR | 0o755, b"") for name in sorted(folders)]
    entries += [(name, stat.S_IFREG | 0o755, data) for name, data in sorted(files.items())]
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        out.write(b"070701" + b"".join(b"%08X" % field for field in fields))
        out.write(name.encode() + b"\0")
        out.write(b"\0" * (-out.tell() % 4))
        out.write(data)
        out.write(b"\0" * (-out.tell() % 4))
    return out.getvalue()
