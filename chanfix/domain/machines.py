"""The life of a machine type: which QEMU deprecates a versioned one, and which has it no more.

The sources are ``include/hw/core/boards.h`` of QEMU (``MACHINE_VER_DEPRECATION_MAJOR`` is 3,
``MACHINE_VER_DELETION_MAJOR`` is 6) and QEMU's page of removed features.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chanfix.domain.versions import Version
from chanfix.named_tuple import NamedTuple

__all__ = ["NEWEST_QEMU", "Life", "MachineName", "life_of", "newest_alias", "old_rhel_of", "read_machine"]

NEWEST_QEMU = Version(11, 1, 0)

_YEARS_UNTIL_DEPRECATED = 3
_YEARS_UNTIL_REMOVED = 6
# The first versions of QEMU that do so by their age alone: seen in the lists of 10.0 and 11.1, and not yet in that of
# 7.2. QEMU 10.0 still has all from 2.4 on.
_DEPRECATES_BY_AGE = Version(9, 1)
_REMOVES_BY_AGE = Version(10, 1)

# Compiled for the first machine type with a version: many domains have none.
# The family 'pc' is no name of a distribution's machine type where another family's name follows.
_NAME = (
    r"(?!pc-(?:i440fx|q35)\Z)(?P<family>pc-i440fx|pc-q35|pc|virt|pseries|s390-ccw-virtio)"
    r"-(?:(?P<major>[0-9]{1,3})\.(?P<minor>[0-9]{1,3})(?:\.(?P<micro>[0-9]{1,3}))?)?"
    r"(?P<suffix>(?:-|(?<=-))[a-z][\w.+-]*)?"
)
# The names that RHEL 5 and 6 gave to their machine types of the family pc-i440fx, as rhel6.6.0.
_OF_OLD_RHEL = r"rhel([56])\.[0-9]\.[0-9]"
# Suffixes of QEMU itself, such as that of pseries-2.12-sxxm.
_OF_QEMU = ("sxxm",)
_ALIASES = {"pc-i440fx": "pc", "pc-q35": "q35"}

# Removed by hand, before age alone decided: family, the last version that went, deprecated in, removed in.
# https://www.qemu.org/docs/master/about/removed-features.html, "pc-0.10 up to pc-i440fx-2.3 (removed in 4.0 up to
# 9.0)": 2.0 to 2.3 went after 9.0 (QEMU commits of 2024-06-19). q35: QEMU commit 86165b499e of 2016-01, before 2.6.
# pseries and s390-ccw-virtio: not in the list of 10.0.
_BY_HAND = (
    ("pc", Version(0, 11), Version(3, 0), Version(4, 0)),
    ("pc", Version(0, 15), Version(4, 0), Version(5, 0)),
    ("pc", Version(1, 3), Version(5, 0), Version(6, 0)),
    ("pc-i440fx", Version(1, 7), Version(7, 0), Version(8, 2)),
    ("pc-i440fx", Version(2, 3), Version(8, 2), Version(9, 1)),
    ("pc-q35", Version(2, 3), Version(2, 6), Version(2, 6)),
    ("pseries", Version(2, 12), Version(9, 1), Version(10, 0)),
    ("s390-ccw-virtio", Version(2, 8), Version(9, 1), Version(10, 0)),
)


class MachineName(NamedTuple):
    """A versioned machine type in its parts.

    ``version`` is that of the QEMU that had it first; None where the name has none, as in ``pc-i440fx-bionic``.
    ``suffix`` is what a distribution put behind it, without the hyphen; empty for one of QEMU's own.
    """

    family: str
    version: Version | None
    suffix: str


class Life(NamedTuple):
    """The versions of QEMU that deprecate a machine type, and that have it no more; both are the first ones."""

    deprecated: Version
    removed: Version


@lru_cache
def read_machine(name: str) -> MachineName | None:
    """Return the parts of a machine type; None for one that has no version, such as ``q35`` or ``isapc``."""
    found = re.fullmatch(_NAME, name) if "-" in name else None
    if found is None or (found["major"] is None and found["suffix"] is None):
        return None
    version = None
    if found["major"] is not None:
        version = Version(int(found["major"]), int(found["minor"]), int(found["micro"] or 0))
    suffix = (found["suffix"] or "").removeprefix("-")
    return MachineName(found["family"], version, "" if suffix in _OF_QEMU else suffix)


def life_of(name: str) -> Life | None:
    """Return the life of a machine type of QEMU's own; None for one without a version, or of a distribution."""
    machine = read_machine(name)
    if machine is None or machine.version is None or machine.suffix:
        return None
    for family, last, deprecated, removed in _BY_HAND:
        if family == machine.family and machine.version[:2] <= last[:2]:
            return Life(deprecated, removed)
    major, minor, _ = machine.version
    return Life(
        max(Version(major + _YEARS_UNTIL_DEPRECATED, minor), _DEPRECATES_BY_AGE),
        max(Version(major + _YEARS_UNTIL_REMOVED, minor), _REMOVES_BY_AGE),
    )


def old_rhel_of(name: str) -> str | None:
    """Return the release of RHEL, 5 or 6, whose QEMU had a machine type first; None of other machine types."""
    found = re.fullmatch(_OF_OLD_RHEL, name)
    return found and found[1]


def newest_alias(name: str) -> str | None:
    """Return the name under which each QEMU has the newest machine type of the same family; None without one."""
    if old_rhel_of(name):
        return "pc"
    machine = read_machine(name)
    return None if machine is None else _ALIASES.get(machine.family, machine.family)
