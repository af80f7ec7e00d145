"""The operating system that a domain says is in it: the id of libosinfo in its ``<metadata>``.

virt-install and virt-manager write it (https://libosinfo.org), as ``http://microsoft.com/win/11``; libvirt itself
reads nothing there.
"""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.domain.values import Known, Text, text

__all__ = ["is_windows", "os_id"]

_NAMESPACE = "{http://libosinfo.org/xmlns/libvirt/domain/1.0}"


def os_id(domain: Domain) -> Text:
    """Return the id; None where the domain says nothing."""
    metadata = domain.node.child("metadata")
    info = metadata.child(f"{_NAMESPACE}libosinfo") if metadata is not None else None
    system = info.child(f"{_NAMESPACE}os") if info is not None else None
    return None if system is None or system.is_conditional else text(system.get("id"))


def is_windows(domain: Domain) -> bool:
    """Return True if the guest is known to be Windows."""
    match os_id(domain):
        case Known(name):
            return name.startswith("http://microsoft.com/win/")
        case _:
            return False
