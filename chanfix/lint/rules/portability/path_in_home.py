"""A file is in a user's home.

What it does
    Reports the file of a disk, kernel, initrd, device tree or firmware below ``/home``, ``/root`` or ``/Users``, and
    one that begins with ``~``: the files in one home once, in a template once for each block. Of a path that a template
    fills in the beginning counts, up to the first construct. The socket of a port is ``path-exposed``'s to report.

Why it matters
    libvirt runs QEMU as a user of its own, who cannot enter a home: ``Cannot access storage file '/home/ann/web.qcow2'
    (as uid:64055, gid:108): Permission denied``. Another host has no such home. Nothing expands ``~``.

Fix
    None: only a person can say where the file is to be, and has to move it there.

References
    https://libvirt.org/drvqemu.html#posix-users-groups; https://github.com/kholia/OSX-KVM/issues/13;
    https://github.com/cockpit-project/cockpit-machines/issues/858
"""

from collections.abc import Iterator
from typing import TypeAlias

from chanfix.domain.host_paths import home_of
from chanfix.domain.values import Known, Text, Unknown, text
from chanfix.domain.views import disks
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Part, Rule, Span, and_more
from chanfix.xml.together import by_block

_BOOTED = ("kernel", "initrd", "dtb", "loader", "nvram")
# A path, or what is certain of it, its element, and its place.
_File: TypeAlias = tuple[str, Node, At]


class PathInHome(Rule):
    severity = WARNING
    since = "0.2.0"
    refusals = (
        "Cannot access storage file '*'",
        "Could not open '*': Permission denied",
    )
    # What stands in the paths that ``home_of`` knows.
    only_if_text_has = (b"home", b"root", b"Users", b"HOME", b"~")
    examples = (
        Bad(
            "<disk type='file'>\n  <source file='/home/ann/web.qcow2'/>\n</disk>\n",
            at="/home/ann/web.qcow2",
        ),
        Bad("<disk type='file' device='cdrom'>\n  <source file='~/debian.iso'/>\n</disk>\n", at="~/debian.iso"),
        Bad("<disk type='file'>\n  <source file='/home/ann/{{ name }}.img'/>\n</disk>\n", at="/home/ann/"),
        Good("<disk type='file'>\n  <source file='/var/lib/libvirt/images/web.qcow2'/>\n</disk>\n"),
        Good("<disk type='file'>\n  <source file='/home/{{ user }}/web.img'/>\n</disk>\n"),
        Good("<disk type='file'>\n  <source file='/srv/home/web.qcow2'/>\n</disk>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver:
            return
        by_home: dict[str, list[_File]] = {}
        for file in _files(domain):
            if home := home_of(file[0]):
                by_home.setdefault(home, []).append(file)
        for home, files in by_home.items():
            for group in by_block(files, lambda file: file[1]):
                first, *others = sorted(group, key=lambda file: file[1].place.span)
                name = f"the file '{first[0]}'"
                sentence = f"{and_more(name, others)} are" if others else f"{name} is"
                related = (at._replace(label=f"'{path}'") for path, _, at in others)
                yield self.finding(f"{sentence} in the home '{home}', which QEMU may not enter", first[2], *related)


def _files(domain: Domain) -> Iterator[_File]:
    """Yield the paths of files, each with its element and its place."""
    for disk in disks(domain):
        source = disk.node.child("source")
        if source is not None and disk.type == Known("file"):
            yield from _file(disk.source, source, At(source, "file"))
    system = domain.node.child("os")
    for part in system.children(*_BOOTED) if system is not None else ():
        yield from _file(text(part.text), part, At(part, part=Part.TEXT))


def _file(path: Text, node: Node, at: At) -> Iterator[_File]:
    match path:
        case Known(written):
            yield written, node, at
        case Unknown() if holes := node.document.holes_in(at.span):
            beginning = Span(at.span.start, holes[0].span.start)
            # Behind the last slash the name goes on.
            certain, slash, _ = node.document.text(beginning).rpartition("/")
            if slash:
                yield f"{certain}/...", node, At.bytes(beginning)
