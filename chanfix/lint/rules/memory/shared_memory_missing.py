"""A device needs memory that is shared with another process, and the guest's is not.

What it does
    Reports a ``virtiofs`` file system, and a disk or an interface of type ``vhostuser``, in a domain whose memory is
    not shared: neither by ``<access mode='shared'/>`` of ``<memoryBacking>`` nor by each NUMA cell itself. All such
    devices are one finding, in a template one for each block.

Why it matters
    libvirt does not define the domain: ``'virtiofs' requires shared memory``. An interface it takes up to 9.0 at
    least, and the process at the other end reads nothing from it: a warning, unless a target's libvirt refuses it.

Fix
    Adds ``<source type='memfd'/>``, where neither a source nor huge pages are named, and ``<access mode='shared'/>``.
    Safe: the device did not work without. Memory that is private by the file's own word is left alone.

References
    https://libvirt.org/kbase/virtiofs.html; libvirt
    ``src/qemu/qemu_validate.c:qemuValidateDomainDefVhostUserRequireSharedMemory``;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/1460
"""

from collections.abc import Iterator

from chanfix.domain import views
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import (
    ERROR,
    WARNING,
    At,
    Bad,
    Domain,
    Drafts,
    Facts,
    Fix,
    Good,
    Node,
    Rule,
    Version,
    and_more,
    safe,
)
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_after, insert_first
from chanfix.xml.together import nodes_by_block

# The first of those that were asked; 9.0 takes an interface.
_REFUSES_INTERFACES = Version(11, 3)


class SharedMemoryMissing(Rule):
    severity = ERROR
    refusals = ("'*' requires shared memory",)
    since = "0.2.0"
    about_targets = True
    # As text or as references.
    only_if_text_has = (b"virtiofs", b"vhostuser")
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>1</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <filesystem type='mount'>
      <driver type='virtiofs' queue='1024'/>
      <source socket='/run/web.sock'/>
      <target dir='shared'/>
    </filesystem>
  </devices>
</domain>
""",
            at="virtiofs",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>1</memory>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <filesystem type='mount'>
      <driver type='virtiofs' queue='1024'/>
      <source socket='/run/web.sock'/>
      <target dir='shared'/>
    </filesystem>
  </devices>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <devices>
    <filesystem type='mount'>
      <driver type='virtiofs'/>
      <source dir='/srv'/>
      <target dir='srv'/>
    </filesystem>
  </devices>
</domain>
"""
        ),
        Good(
            """\
<filesystem type='mount'>
  <source dir='/srv'/>
  <target dir='srv'/>
</filesystem>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver or domain.node.is_made_up:
            return
        users = list(_users(domain))
        private = _private(domain) if users else None
        if private is None:
            return
        # Without a target nobody knows which libvirt will be asked.
        are_taken = facts.is_for_any_libvirt or facts.version < _REFUSES_INTERFACES
        for first, *others in nodes_by_block(users):
            kind = f"'{first.get('type')}'"
            yield self.finding(
                f"{and_more(kind, others)} {'need' if others else 'needs'} shared memory; the domain's is not shared",
                At(first, "type"),
                *(At(other, "type", f"'{other.get('type')}'") for other in others),
                *([At(private, label="the memory")] if private is not domain.node else []),
                # One fix is for all of them.
                fix=_fix(domain) if first == users[0] else None,
                severity=WARNING if are_taken and all(node.tag == "interface" for node in (first, *others)) else None,
            )


def _users(domain: Domain) -> Iterator[Node]:
    """Yield the elements whose type needs shared memory; those that libvirt refuses without come first."""
    for filesystem in views.filesystems(domain):
        driver = filesystem.node.child("driver")
        if driver is not None and must_be(filesystem.driver, "virtiofs"):
            yield driver
    for tag in ("disk", "interface"):
        for device in domain.devices_of(tag):
            if device.get("type") == "vhostuser":
                yield device


def _private(domain: Domain) -> Node | None:
    """Return the part of the domain because of which some memory is known not to be shared."""
    cpu, access = views.cpu(domain), views.memory_backing(domain).access
    is_shared = not (access is None or access == Known("private"))
    cells = cpu.numa_cells if cpu is not None else []
    if not cells:
        open_cpu = domain.node.has_unknown_children or (cpu is not None and cpu.node.has_unknown_children)
        return None if is_shared or open_cpu else domain.node.child("memoryBacking") or domain.node
    for cell in cells:
        if must_be(cell.access, "private") or (cell.access is None and not is_shared):
            return cell.node
    return None


def _fix(domain: Domain) -> Fix | None:
    cpu, backing = views.cpu(domain), views.memory_backing(domain)
    if backing.access is not None or (cpu and any(cell.access is not None for cell in cpu.numa_cells)):
        return None
    # Huge pages are files already.
    source = "" if backing.source or backing.has_hugepages != Known(False) else "<source type='memfd'/>"
    there, memory = domain.node.child("memoryBacking"), domain.node.child("memory")
    title = "Share the memory"
    if there is None:
        new = Document.parse(f"<memoryBacking>{source}<access mode='shared'/></memoryBacking>".encode()).root
        return safe(title, insert_after(memory, new)) if memory is not None else None
    new = Document.parse(f"<memoryBacking>{source}<access mode='shared'/></memoryBacking>".encode()).root
    last = there.children()[-1:]
    edits = [
        edit
        for child in new.children()
        for edit in ([insert_after(last[0], child)] if last else insert_first(there, child))
    ]
    return safe(title, *edits) if last or not source else None
