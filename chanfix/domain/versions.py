"""What changed in which version of libvirt, as data, each with its source."""

from __future__ import annotations

import re

from chanfix.errors import UsageError
from chanfix.named_tuple import NamedTuple

__all__ = [
    "BHYVE_AGENTS",
    "CONSOLES_APART",
    "HYPERV_OF_QEMU",
    "NEWEST",
    "PATH_BY_ID",
    "PATH_BY_NAME",
    "PATH_DROPPED",
    "PATH_DROPPED_BY_PATTERN",
    "PATH_DROPPED_BY_WHOLE_PATTERN",
    "PATH_IN_RUN",
    "PATH_OPTIONAL",
    "Version",
    "VersionChange",
    "agents_by_version",
]


class Version(NamedTuple):
    """A version of libvirt, or of QEMU."""

    major: int
    minor: int = 0
    micro: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.micro}"

    @classmethod
    def parse(cls, text: str, of: str = "libvirt") -> Version:
        """Read ``X.Y.Z``, ``X.Y`` or ``X``. Raises ``UsageError`` for anything else; ``of`` names the program."""
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}", text):
            raise UsageError(f"'{text}' is no {of} version", hint="write it as X.Y.Z, as in 9.0.0")
        return cls(*(int(part) for part in text.split(".")))

    @classmethod
    def from_number(cls, number: int) -> Version:
        """Read libvirt's own number: ``major * 1000000 + minor * 1000 + micro``."""
        return cls(number // 1_000_000, number // 1000 % 1000, number % 1000)


class VersionChange(NamedTuple):
    """Something that holds from one version on. ``source`` says how we know of that version.

    ``seen_in`` are the versions in which it was seen to hold, and ``not_seen_in`` those before it in which it was seen
    not to hold: ``scripts/libvirts says`` asks them. A change with neither was read, and never seen in a libvirt.
    """

    since: Version
    summary: str
    source: str
    seen_in: tuple[Version, ...] = ()
    not_seen_in: tuple[Version, ...] = ()

    @property
    def is_read(self) -> bool:
        """True if nobody has seen a libvirt with it, or one without it."""
        return not self.seen_in and not self.not_seen_in

    def holds(self, version: Version) -> bool:
        """Return True if that version already has the change."""
        return version >= self.since


NEWEST = Version(12, 8, 0)
# Those that run in scripts/libvirts: what is said of a version was seen there.
_RUN = _7, _9, _11, _12 = Version(7), Version(9), Version(11, 3), NEWEST

HYPERV_OF_QEMU = VersionChange(
    Version(11, 10, 0),
    "the QEMU driver runs domains of type 'hyperv'; before, they are the Hyper-V driver's alone, which has no agent",
    "libvirt NEWS.rst, v11.10.0, 'Hyper-V virttype support for Qemu domains'",
)
BHYVE_AGENTS = VersionChange(
    Version(12, 4, 0),
    "the bhyve driver has channels, and talks to a guest agent over one",
    "libvirt NEWS.rst, v12.4.0, 'bhyve: Add virtio-console device support', and v12.5.0",
)
_AGENTS_SINCE = {"hyperv": HYPERV_OF_QEMU, "bhyve": BHYVE_AGENTS}


def agents_by_version(kind: str, version: Version) -> bool | None:
    """Return True if libvirt of a version talks to guest agents of domains of a type; None where no version tells."""
    change = _AGENTS_SINCE.get(kind)
    return None if change is None else change.holds(version)


PATH_OPTIONAL = VersionChange(
    Version(1, 0, 6),
    "the path of a virtio channel's socket may be left out: libvirt makes one at each start",
    "libvirt docs/formatdomain.rst, 'Guest interfaces'; before, define fails with 'Missing source path attribute'",
    seen_in=_RUN,
)

_LAYOUTS = "comment at qemuDomainChrDefDropDefaultPath, libvirt src/qemu/qemu_domain.c"
PATH_BY_NAME = VersionChange(
    Version(1, 2, 19),
    "a generated path has a directory for the domain: channel/target/domain-NAME/PORT, not channel/target/NAME.PORT",
    _LAYOUTS,
)
PATH_BY_ID = VersionChange(
    Version(1, 3, 3),
    "that directory is of one run: channel/target/domain-ID-NAME/PORT, the name cut to 20 characters",
    _LAYOUTS,
    seen_in=_RUN,
)
PATH_IN_RUN = VersionChange(
    Version(9, 7, 0),
    "generated paths are in the run-time directory: /run/libvirt/qemu/channel/ID-NAME/PORT",
    "libvirt src/qemu/qemu_conf.c:virQEMUDriverConfigNew; https://bugzilla.redhat.com/show_bug.cgi?id=2173980",
    seen_in=(_11, _12),
    not_seen_in=(_7, _9),
)

PATH_DROPPED = VersionChange(
    Version(1, 3, 1),
    "define drops a path below the channel directory; until 1.3.0 generated paths were stored",
    _LAYOUTS,
    seen_in=_RUN,
)
PATH_DROPPED_BY_PATTERN = VersionChange(
    Version(3, 4, 0),
    "define drops what the pattern '^DIR/([^/]+\\.)|(domain-[^/]+/)PORT$' finds; '^DIR/' binds to its first half only",
    "libvirt 3.4.0 release notes, 'should not be reset'; src/qemu/qemu_domain.c:qemuDomainChrDefDropDefaultPath",
    seen_in=(_7, _9),
)
PATH_DROPPED_BY_WHOLE_PATTERN = VersionChange(
    Version(9, 7, 0),
    "define drops old and new generated paths, and nothing else",
    "libvirt src/qemu/qemu_domain.c:qemuDomainChrMatchDefaultPath",
    seen_in=(_11, _12),
    not_seen_in=(_7, _9),
)

CONSOLES_APART = VersionChange(
    Version(11, 4, 0),
    "two virtio consoles on port 0 get ports of their own, in this or a later version; before, QEMU does not start",
    "run; it is not known which version after 11.3.0 had it first",
    seen_in=(_12,),
    not_seen_in=(_7, _9, _11),
)
