"""What SELinux keeps the agent from, whatever its policy allows, and the boolean that permits it.

The policy of all systems here is that of https://github.com/fedora-selinux/selinux-policy, which runs the agent as
``virt_qemu_ga_t``. Its booleans are read: pull requests 1478 and 3122 there (programs) and 1625 (keys), and
https://github.com/fedora-selinux/selinux-policy-contrib/pull/317 (files, and mount points that are frozen).
"""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.named_tuple import NamedTuple

__all__ = ["CONFINED", "Boolean", "booleans_of"]

CONFINED = ("rhel", "fedora", "suse")
"""The systems whose SELinux confines the agent."""


class Boolean(NamedTuple):
    """A boolean of SELinux, and what the agent cannot do as long as it is off."""

    name: str
    confined: str


# The beginning of commands -> their boolean.
_BOOLEANS = {
    "guest-exec": Boolean("virt_qemu_ga_run_unconfined", "programs of guest-exec are confined"),
    "guest-file-": Boolean("virt_qemu_ga_read_nonsecurity_files", "guest-file-read is kept from most files"),
    "guest-fsfreeze-": Boolean("virt_qemu_ga_read_nonsecurity_files", "a freeze is kept from some mount points"),
    "guest-ssh-": Boolean("virt_qemu_ga_manage_ssh", "the agent is kept from users' SSH keys"),
}


def booleans_of(commands: Iterable[str]) -> tuple[Boolean, ...]:
    """Return the booleans that commands depend on, each once for what it keeps the agent from."""
    found = [boolean for command in commands for start, boolean in _BOOLEANS.items() if command.startswith(start)]
    return tuple(dict.fromkeys(found))
