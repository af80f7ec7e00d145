"""What the domains of a run are for: versions of libvirt and QEMU, or targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.known.config import Config
from chanfix.named_tuple import NamedTuple

if TYPE_CHECKING:
    from chanfix.domain.targets import Target

__all__ = ["Where", "where_to_run"]


class Where(NamedTuple):
    """The libvirt and the QEMU that domains are for; with ``targets`` the versions of each of these count."""

    version: Version = NEWEST
    qemu: Version | None = None
    targets: tuple[Target, ...] = ()


def where_to_run(
    config: Config, names: Sequence[str] = (), libvirt: Version | None = None, qemu: Version | None = None
) -> Where:
    """Return what the domains are for. ``names`` are targets, and come with the versions from the command line.

    What is given there goes before the configuration: a version before its target, and a target before its versions.
    Raises ``UsageError`` for a target that there is not, or that has another version.
    """
    if not (names or libvirt or qemu):
        names, libvirt, qemu = config.target, config.libvirt_version, config.qemu_version
    if names:
        # Most runs have none.
        from chanfix.domain.targets import chosen_targets

        return Where(targets=chosen_targets(names, libvirt, qemu))
    return Where(libvirt or config.libvirt_version or NEWEST, qemu or config.qemu_version)
