"""Formats of disk images, and what a file's name says of them (``src/storage_file/storage_file_probe.c``)."""

from __future__ import annotations

from chanfix.domain.disk import Disk
from chanfix.domain.values import Known, Unknown

__all__ = ["format_by_name"]

# Endings that stand for one format of libvirt's. ".img" and ".qcow" are of no one format: qcow2 images have them too.
_FORMATS = {
    "iso": "raw",
    "qcow2": "qcow2",
    "qed": "qed",
    "raw": "raw",
    "vdi": "vdi",
    "vhdx": "vhdx",
    "vmdk": "vmdk",
}


def format_by_name(disk: Disk) -> str | None:
    """Return the format that the name of a disk's file stands for; None where it says nothing.

    The ending of a name counts where a template fills in what is before it.
    """
    match disk.type, disk.source:
        case (Known("file"), Known(path)) | (Known("file"), Unknown(path)):
            name = path.rpartition("/")[2]
            return _FORMATS.get(name.rpartition(".")[2].lower()) if "." in name.lstrip(".") else None
        case _:
            return None
