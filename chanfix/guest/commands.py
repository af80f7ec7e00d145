"""The commands that qemu-ga knows: their arguments, the first agent that has each, and what each hands to the host.

Names, types and versions are facts of QEMU's ``qga/qapi-schema.json``. The tests hold them against the real qemu-ga.
"""

from __future__ import annotations

from chanfix.named_tuple import NamedTuple

__all__ = ["COMMANDS", "Argument", "Command", "power_of"]


class Argument(NamedTuple):
    """One argument of a command, in the words of JSON."""

    name: str
    type: str
    is_required: bool


class Command(NamedTuple):
    """A command of the agent.

    ``since`` is the version of QEMU whose agent has it first. ``power`` says what the host can do with it in the guest
    that amounts to being root there; '' for a command that gives no such power.
    """

    name: str
    since: str
    arguments: tuple[Argument, ...]
    power: str


_RUNS = "runs any program in the guest, as root"
_READS_OUTPUT = "reads what programs have printed that it started in the guest"
_FILES = "reads and writes any file of the guest, as root"
_PASSWORD = "sets any password in the guest, that of root too"
_KEYS = "reads and sets the SSH keys that let users in, those of root too"

_LIST = "list of strings"
# A line for each command: name, since, arguments as NAME:TYPE (with '?' before an optional one), power.
_TABLE = (
    ("guest-exec", "2.5", ("path:string", f"?arg:{_LIST}", f"?env:{_LIST}", "?input-data:base64",
                           "?capture-output:boolean"), _RUNS),
    ("guest-exec-status", "2.5", ("pid:integer",), _READS_OUTPUT),
    ("guest-file-close", "0.15", ("handle:integer",), _FILES),
    ("guest-file-flush", "0.15", ("handle:integer",), _FILES),
    ("guest-file-open", "0.15", ("path:string", "?mode:string"), _FILES),
    ("guest-file-read", "0.15", ("handle:integer", "?count:integer"), _FILES),
    ("guest-file-seek", "0.15", ("handle:integer", "offset:integer", "whence:integer, or set, cur, end"), _FILES),
    ("guest-file-write", "0.15", ("handle:integer", "buf-b64:base64", "?count:integer"), _FILES),
    ("guest-fsfreeze-freeze", "0.15", (), ""),
    ("guest-fsfreeze-freeze-list", "2.2", (f"?mountpoints:{_LIST}",), ""),
    ("guest-fsfreeze-status", "0.15", (), ""),
    ("guest-fsfreeze-thaw", "0.15", (), ""),
    ("guest-fstrim", "1.2", ("?minimum:integer",), ""),
    ("guest-get-cpustats", "7.1", (), ""),
    ("guest-get-devices", "5.2", (), ""),
    ("guest-get-disks", "5.2", (), ""),
    ("guest-get-diskstats", "7.1", (), ""),
    ("guest-get-fsinfo", "2.2", (), ""),
    ("guest-get-host-name", "2.10", (), ""),
    ("guest-get-load", "10.0", (), ""),
    ("guest-get-memory-block-info", "2.3", (), ""),
    ("guest-get-memory-blocks", "2.3", (), ""),
    ("guest-get-osinfo", "2.10", (), ""),
    ("guest-get-time", "1.5", (), ""),
    ("guest-get-timezone", "2.10", (), ""),
    ("guest-get-users", "2.10", (), ""),
    ("guest-get-vcpus", "1.5", (), ""),
    ("guest-info", "0.15", (), ""),
    ("guest-network-get-interfaces", "1.1", (), ""),
    ("guest-network-get-route", "9.1", (), ""),
    ("guest-ping", "0.15", (), ""),
    ("guest-set-memory-blocks", "2.3", ("mem-blks:list of objects",), ""),
    ("guest-set-time", "1.5", ("?time:integer",), ""),
    ("guest-set-user-password", "2.3", ("username:string", "password:base64", "crypted:boolean"), _PASSWORD),
    ("guest-set-vcpus", "1.5", ("vcpus:list of objects",), ""),
    ("guest-shutdown", "0.15", ("?mode:string",), ""),
    ("guest-ssh-add-authorized-keys", "5.2", ("username:string", f"keys:{_LIST}", "?reset:boolean"), _KEYS),
    ("guest-ssh-get-authorized-keys", "5.2", ("username:string",), _KEYS),
    ("guest-ssh-remove-authorized-keys", "5.2", ("username:string", f"keys:{_LIST}"), _KEYS),
    ("guest-suspend-disk", "1.1", (), ""),
    ("guest-suspend-hybrid", "1.1", (), ""),
    ("guest-suspend-ram", "1.1", (), ""),
    ("guest-sync", "0.15", ("id:integer",), ""),
    ("guest-sync-delimited", "1.1", ("id:integer",), ""),
)  # fmt: skip


def _argument(text: str) -> Argument:
    name, _, kind = text.partition(":")
    return Argument(name.removeprefix("?"), kind, not name.startswith("?"))


COMMANDS = {
    name: Command(name, since, tuple(map(_argument, arguments)), power) for name, since, arguments, power in _TABLE
}


def power_of(command: str) -> str:
    """Return what the host can do in the guest by a command that amounts to root there, '' if there is nothing known.

    A command that is not known yet counts as harmless: nothing is known about it.
    """
    return COMMANDS[command].power if command in COMMANDS else ""
