"""What libvirt says of a document, and which libvirt says it."""

from __future__ import annotations

from chanfix.named_tuple import NamedTuple

__all__ = ["About", "Verdict"]


class Verdict(NamedTuple):
    """An answer. ``code`` is libvirt's ``virErrorNumber``, 0 when the document is accepted.

    ``stored`` is the definition that libvirt would keep, if that was asked for. With ``has_ended`` there is no answer:
    the driver crashed or hung on the document, and ``message`` says which.
    """

    code: int = 0
    message: str = ""
    stored: str | None = None
    has_ended: bool = False

    @property
    def is_accepted(self) -> bool:
        """Return True if libvirt would define the document."""
        return not self.code and not self.has_ended


class About(NamedTuple):
    """The versions of the libvirt and of the QEMU that were asked, as ``9.0.0``."""

    libvirt: str
    qemu: str
