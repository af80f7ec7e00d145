"""A domain as libvirt is asked about it here: with this machine's QEMU; or the reason why it is not asked."""

from __future__ import annotations

import os
from collections.abc import Iterable

from chanfix.domain import Domain, is_templated
from chanfix.named_tuple import NamedTuple
from chanfix.oracle.driver import Driver
from chanfix.xml.document import Node
from chanfix.xml.edit import Edit, set_attribute
from chanfix.xml.span import Span

__all__ = ["Question", "question_of"]

# In bytes. libvirt would take more, and the search for a place asks about the text many times.
_LARGEST = 4 << 20
# The architectures that libvirt knows (src/util/virarch.c). For any other it refuses the document.
_ARCHITECTURES = """
aarch64 alpha armv6l armv7b armv7l cris i686 ia64 itanium lm32 loongarch64 m68k microblaze microblazeel mips mips64
mips64el mipsel openrisc parisc parisc64 ppc ppc64 ppc64le ppcemb ppcle riscv32 riscv64 s390 s390x sh4 sh4eb sparc
sparc64 unicore32 x86_64 xtensa xtensaeb
"""
_ACCELERATORS = ("hvf", "hyperv", "test")


class Question(NamedTuple):
    """A domain, and the edits that make it one for this machine's QEMU.

    ``notes`` say for people what these edits are. ``is_without_kvm``: a domain for KVM is asked as one without.
    """

    node: Node
    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()
    is_without_kvm: bool = False

    def text(self, changes: Iterable[Edit] = ()) -> bytes:
        """Return the domain in UTF-8 with more edits made. Of edits that share bytes the one around the others counts.

        The text begins with the root: a declaration of an encoding would not be true any more.
        """
        document, span = self.node.document, self.node.place.span
        parts, done = [], span.start
        changed = list(changes)
        taken = {edit.span for edit in changed}
        changed += [edit for edit in self.edits if edit.span not in taken]
        for edit in sorted(changed, key=lambda edit: (edit.span.start, -edit.span.end)):
            if edit.span.start >= done:
                parts += [document.data[done : edit.span.start], edit.new]
                done = edit.span.end
        parts.append(document.data[done : span.end])
        text = b"".join(parts)
        if document.encoding.lower() in ("utf-8", "ascii", "us-ascii"):
            return text
        return text.decode(document.encoding, "replace").encode()


def question_of(domain: Domain, driver: Driver) -> Question | str:
    """Return a domain as a question, or the reason for none. Raises ``HostError`` when libvirt cannot be asked."""
    node, document = domain.node, domain.document
    if node.tag != "domain" or node.parent is not None:
        return "it is part of another document"
    span = node.place.span
    if document.mask is not None and (document.holes_in(span) or node.is_made_up):
        return "it is a template; --vars renders it"
    if is_templated(document.text(span)):
        return "it holds placeholders of a template"
    if span.end - span.start > _LARGEST:
        return "it is too large"
    if domain.is_of_other_driver:
        return f"its type is '{domain.type}', which libvirt's QEMU driver does not run"
    if domain.type in _ACCELERATORS:
        return f"its type is '{domain.type}', which this machine does not run"
    return _for_this_machine(domain, driver)


def _for_this_machine(domain: Domain, driver: Driver) -> Question | str:
    node = domain.node
    edits: list[Edit] = []
    notes: list[str] = []
    own = os.uname().machine
    architecture = _architecture(node) or own
    is_known = architecture in _ARCHITECTURES.split()
    emulator = driver.emulator_of(architecture) if is_known else None
    written = [device for devices in node.children("devices") for device in devices.children("emulator")]
    absent = [device for device in written if not os.access(device.text.strip(), os.X_OK)]
    if emulator is None and is_known and (absent or not written):
        return f"this machine has no QEMU for {architecture}"
    if emulator is not None:
        for device in absent:
            edits.append(_text_edit(device, emulator))
        if absent:
            notes.append(f"asked with {emulator} in place of '{absent[0].text.strip()}', which is not here")
        if architecture != own:
            driver.get_ready(emulator)
    is_without_kvm = domain.type == "kvm" and not driver.has_kvm
    if is_without_kvm:
        edits.append(set_attribute(node, "type", "qemu"))
        notes.append("asked as type 'qemu', since KVM cannot be opened here")
    return Question(node, tuple(edits), tuple(notes), is_without_kvm)


def _architecture(node: Node) -> str | None:
    system = node.child("os")
    kind = system.child("type") if system is not None else None
    return kind.get("arch") if kind is not None else None


def _text_edit(node: Node, text: str) -> Edit:
    place, document = node.place, node.document
    if place.is_self_closing:
        # The element as a whole.
        name = place.name
        return Edit(place.span, b"<" + name + b">" + document.encode(text) + b"</" + name + b">")
    return Edit(Span(place.content.start, place.content.end), document.encode(text))
