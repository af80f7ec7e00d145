"""A file is in a user's home.

What it does
    Reports the file of a disk, kernel, initrd, device tree or firmware below ``/home``, ``/root`` or ``/Users``, and
    one that begins with ``~`` or ``$HOME``. The socket of a port is ``path-exposed``'s to report.

Why it matters
    libvirt runs QEMU as a user of its own, who cannot enter a home: ``Cannot access storage file '/home/ann/web.qcow2'
    (as uid:64055, gid:108): Permission denied``. Another host has no such home. Nothing expands ``~`` and ``$HOME``.

Fix
    None: only a person can say where the file is to be, and has to move it there.

References
    https://libvirt.org/drvqemu.html#posix-users-groups; https://github.com/kholia/OSX-KVM/issues/13;
    https://github.com/cockpit-project/cockpit-machines/issues/858
"""

from collections.abc import Iterator

from chanfix.domain.host_paths import home_of
from chanfix.domain.values import Known, text
from chanfix.domain.views import disks
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Part, Rule

# Words of the paths that `home_of` knows, but for "~".
_HOMES = (b"home", b"root", b"Users", b"HOME")
_BOOTED = ("kernel", "initrd", "dtb", "loader", "nvram")


class PathInHome(Rule):
    severity = WARNING
    since = "0.2.0"
    examples = (
        Bad(
            "<disk type='file'>\n  <source file='/home/ann/web.qcow2'/>\n</disk>\n",
            at="/home/ann/web.qcow2",
        ),
        Bad("<disk type='file' device='cdrom'>\n  <source file='~/debian.iso'/>\n</disk>\n", at="~/debian.iso"),
        Good("<disk type='file'>\n  <source file='/var/lib/libvirt/images/web.qcow2'/>\n</disk>\n"),
        Good("<disk type='file'>\n  <source file='/srv/home/web.qcow2'/>\n</disk>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        document = domain.document
        if domain.is_of_other_driver or not (document.holds_any(_HOMES) or b"~" in document.data):
            return
        for path, at in _files(domain):
            if home := home_of(path):
                yield self.finding(f"the file '{path}' is in the home '{home}', which QEMU may not enter", at)


def _files(domain: Domain) -> Iterator[tuple[str, At]]:
    """Yield the files that a domain names, each with its place."""
    for disk in disks(domain):
        source = disk.node.child("source")
        if source is not None and disk.type == Known("file") and isinstance(disk.source, Known):
            yield disk.source.value, At(source, "file")
    for part in _booted(domain):
        if isinstance(path := text(part.text), Known):
            yield path.value, At(part, part=Part.TEXT)


def _booted(domain: Domain) -> list[Node]:
    system = domain.node.child("os")
    return system.children(*_BOOTED) if system is not None else []
