"""Where each system sets what its agent may do, in each generation.

What a system ships there is a fact of the target that the generation names, with its source: *run* where the tests see
the real qemu-ga of that Debian do it, *read* where a public page says so. Names of settings and files are read too:

- RHEL: https://github.com/autotest/tp-qemu/pull/3887 (the three generations, by release), and the file of RHEL 7 in
  https://github.com/MissionCriticalCloud/systemvm-packer, whose lists are those of RHEL 8.
- openSUSE: its service reads /usr/etc/sysconfig/qemu-ga, and /etc/sysconfig/qemu-ga after that.
- Fedora: since QEMU 9.1 the file is there and sets nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chanfix.domain.targets import Fact

__all__ = ["Generation", "Style", "generation_names", "generation_of", "generations_of", "kin_of"]


class Style(Enum):
    """How a setting holds its list of commands."""

    # NAME=LIST of an environment file.
    LIST = "list"
    # NAME="--block-rpcs=LIST" of an environment file: arguments for qemu-ga.
    ARGUMENTS = "arguments"
    # name=LIST of qemu-ga's own file, in its section [general].
    KEY = "key"
    # An argument of the service itself; there is no file for it.
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Generation:
    """One way in which a system sets what its agent may do.

    ``releases`` is the first version of os-release that has it; the next generation's ends it. ``target`` is the name
    of a release whose agent has its lists, '' where nothing is known to be blocked. ``also`` are other lines that it
    ships in that file.
    """

    name: str
    system: str
    label: str
    releases: tuple[int, ...]
    path: str
    setting: str
    style: Style
    target: str = ""
    also: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def blocked(self) -> tuple[str, ...]:
        """The commands that the system blocks as it is shipped."""
        return self._listed("blocks")

    @property
    def allowed(self) -> tuple[str, ...]:
        """The commands that it allows as it is shipped; empty if all is allowed but what is blocked."""
        return self._listed("allows")

    @property
    def is_read(self) -> bool:
        """Return True if a public page says what is shipped, False if that was seen."""
        fact = self._fact
        return fact is None or fact.how != "run"

    @property
    def _fact(self) -> Fact | None:
        from chanfix.domain.targets import target_named  # status asks for no list

        return target_named(self.target).facts.get("agent") if self.target else None

    def _listed(self, kind: str) -> tuple[str, ...]:
        fact = self._fact
        return () if fact is None else tuple(fact.value.get(kind, ()))


_ANY_MINOR = 1_000_000
_SYSCONFIG = "/etc/sysconfig/qemu-ga"
_CONF = "/etc/qemu/qemu-ga.conf"
_RHEL_HOOK = "FSFREEZE_HOOK_PATHNAME=/etc/qemu-ga/fsfreeze-hook\n"


def _rhel(name: str, label: str, releases: tuple[int, ...], setting: str, *aliases: str) -> Generation:
    """Return a generation of RHEL; the newest has a list of what is allowed, those before it of what is blocked."""
    is_newest = setting == "FILTER_RPC_ARGS"
    return Generation(
        *(name, "rhel", label, releases, _SYSCONFIG, setting),
        Style.ARGUMENTS if is_newest else Style.LIST,
        target="rhel-9" if is_newest else "rhel-8",
        also=_RHEL_HOOK,
        aliases=aliases,
    )


def _conf(
    system: str,
    name: str,
    label: str,
    first: tuple[int, ...] = (),
    *aliases: str,
    key: str = "block-rpcs",
    target: str = "",
) -> Generation:
    """Return a generation whose agent reads its own file; nothing is blocked there."""
    return Generation(name, system, label, first, _CONF, key, Style.KEY, target, aliases=aliases)


_ALL = (
    _rhel("rhel-8", "RHEL 7 to 9.1", (7,), "BLACKLIST_RPC", "rhel-7", "rhel-9.0", "rhel-9.1"),
    _rhel("rhel-9.2", "RHEL 9.2 and 9.3", (9, 2), "BLOCK_RPCS", "rhel-9.3"),
    _rhel("rhel-9", "RHEL 9.4 and later, RHEL 10", (9, 4), "FILTER_RPC_ARGS", "rhel-9.4", "rhel-10"),
    Generation("fedora", "fedora", "Fedora 42 and later", (42,), _SYSCONFIG, "QEMU_GA_ARGS", Style.ARGUMENTS),
    Generation(
        *("suse", "suse", "openSUSE Tumbleweed", (2026,), _SYSCONFIG, "FILTER_RPC_ARGS", Style.ARGUMENTS),
        target="opensuse-tumbleweed",
        aliases=("suse-tumbleweed",),
    ),
    # Seen: the agent of Debian 11 passes over block-rpcs, and that of Debian 13 over blacklist, without a word.
    _conf("debian", "debian-11", "Debian 11", (11,), key="blacklist", target="debian-11"),
    _conf("debian", "debian-12", "Debian 12 and later", (12,), "debian-13", "debian-sid", target="debian-12"),
    _conf("ubuntu", "ubuntu-22.04", "Ubuntu 20.04 and 22.04", (20,), "ubuntu-20.04", key="blacklist"),
    _conf("ubuntu", "ubuntu-24.04", "Ubuntu 24.04 and later", (24,), "ubuntu-26.04"),
    _conf("devuan", "devuan-4", "Devuan 4", (4,), key="blacklist"),
    _conf("devuan", "devuan-5", "Devuan 5 and later", (5,), "devuan-6"),
    _conf("arch", "arch", "Arch Linux"),
    _conf("alpine", "alpine", "Alpine Linux 3.18 and later", (3,)),
    _conf("other", "other", "any other Unix with qemu-ga 7.2 or later"),
    Generation("freebsd", "freebsd", "FreeBSD", (), "/etc/rc.conf.d/qemu_guest_agent", "-b", Style.SERVICE),
    Generation(
        *("windows", "windows", "Windows", (), r"C:\Program Files\Qemu-ga\chanfix-port.cmd", "-b", Style.SERVICE)
    ),
)
# The id of os-release, which guest-get-osinfo hands on -> the system that sets it in the same way.
_KIN = {
    **dict.fromkeys(("rhel", "centos", "rocky", "almalinux", "ol", "scientific", "circle", "eurolinux"), "rhel"),
    **dict.fromkeys(("opensuse-tumbleweed", "opensuse", "sles", "opensuse-leap"), "suse"),
    **{name: name for name in ("fedora", "debian", "ubuntu", "devuan", "arch", "alpine", "freebsd")},
    "mswindows": "windows",
}


def generations_of(name: str) -> tuple[Generation, ...]:
    """Return the generations of a system, or the one of a name, an alias or a release; none for what is not known."""
    # Where a system and one of its generations have one name there is only that one.
    named = [each for each in _ALL if name == each.system] or [
        each for each in _ALL if name == each.name or name in each.aliases
    ]
    if named:
        return tuple(named)
    system, _, release = name.rpartition("-")
    if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,8})?", release):
        return ()
    number = (*map(int, release.split(".")), _ANY_MINOR)
    return tuple(each for each in _ALL if each.system == system and each.releases and each.releases <= number)[-1:]


def generation_names() -> list[str]:
    """Return every name and alias of a generation that is not that of its system."""
    return [name for each in _ALL for name in (each.name, *each.aliases) if name != each.system]


def kin_of(name: str) -> str | None:
    """Return what a system is called here that os-release calls otherwise, as ``rhel-9`` for ``rocky-9``; or None."""
    os_id, dash, version = name.rpartition("-") if name not in _KIN else (name, "", "")
    system = _KIN.get(os_id)
    if system is None or system == os_id:
        return None
    return f"{system}{dash}{version}" if generations_of(f"{system}{dash}{version}") else system


def generation_of(os_id: str, version: str) -> Generation | None:
    """Return the generation of a guest by the id and version of its os-release, None for one that is not known."""
    known = [each for each in _ALL if each.system == _KIN.get(os_id)]
    number = tuple(int(part) for part in version.split(".")[:2] if part.isascii() and part.isdigit() and len(part) < 9)
    # What has no version is a rolling release, and CentOS Stream names the major one alone.
    fitting = known if not version else [each for each in known if number and each.releases <= (*number, _ANY_MINOR)]
    return fitting[-1] if fitting else None
