"""The file of a disk is not at an absolute path.

What it does
    Reports a disk's file whose path does not begin with a slash, also where a template fills in the rest. One that
    begins with ``~`` is ``path-in-home``'s to report, the socket of a port ``path-not-absolute``'s.

Why it matters
    libvirt stores the path as it stands, and looks for the file where its own daemon happens to be, which is ``/`` for
    most: ``Cannot access storage file 'web.qcow2': No such file or directory`` when the domain starts.

Fix
    None: which folder was meant is known to who wrote it.

References
    libvirt ``src/qemu/qemu_domain.c:qemuDomainDetermineDiskChain``;
    https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
"""

from chanfix.domain.disk import Disk
from chanfix.domain.host_paths import home_of
from chanfix.domain.values import Known, Unknown
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, Span


class DiskPathRelative(Rule):
    severity = WARNING
    since = "0.2.0"
    refusals = (
        "Cannot access storage file '*'",
        "Could not open '*': No such file or directory",
    )
    examples = (
        Bad("<disk type='file'>\n  <source file='web.qcow2'/>\n</disk>\n", at="web.qcow2"),
        Bad("<disk type='file'>\n  <source file='./images/web.qcow2'/>\n</disk>\n", at="./images/web.qcow2"),
        Bad("<disk type='file'>\n  <source file='images/{{ name }}.img'/>\n</disk>\n", at="images/"),
        Good("<disk type='file'>\n  <source file='/var/lib/libvirt/images/web.qcow2'/>\n</disk>\n"),
        Good("<disk type='file'>\n  <source file='{{ folder }}/web.img'/>\n</disk>\n"),
        Good("<disk type='file' serial='{{ serial }}'>\n  <source file='${FOLDER}/web.img'/>\n</disk>\n"),
        Good("<disk type='file' device='cdrom'/>\n"),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        source = disk.child("source")
        if source is None or (source.get("file") or "/").startswith("/") or domain.is_of_other_driver:
            return
        view = Disk(disk)
        if view.type != Known("file"):
            return
        match view.source:
            case Known(path) if path and not path.startswith("/") and not home_of(path):
                yield self.finding(
                    f"the path '{path}' is relative; expected one that begins with '/'", At(source, "file")
                )
            # What is unknown without a hole is another tool's placeholder: nothing of it is certain.
            case Unknown() if holes := source.document.holes_in(at := At(source, "file").span):
                beginning = Span(at.start, holes[0].span.start)
                certain = source.document.text(beginning)
                if certain and not home_of(f"{certain}/"):
                    yield self.finding(
                        f"the path '{certain}...' is relative; expected one that begins with '/'", At.bytes(beginning)
                    )
