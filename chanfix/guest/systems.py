"""What is known of the systems that run in a guest: how each starts qemu-ga, and how it installs it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_SYSTEM", "SYSTEMS", "System"]

DEFAULT_SYSTEM = "systemd"


@dataclass(frozen=True, slots=True)
class System:
    """One kind of guest.

    ``files`` are pairs of a path in the guest and the template of what belongs there; ``apply`` is the template of the
    commands that make it count at once, in a POSIX shell. ``program`` is how the service calls qemu-ga. With
    ``has_sysconfig`` the distribution's service takes from a file which commands are blocked, with ``has_hook`` also
    what runs around a freeze: what takes its place reads the same file.
    """

    name: str
    label: str
    install: str
    files: tuple[tuple[str, str], ...]
    apply: str = ""
    program: str = "qemu-ga"
    has_sysconfig: bool = False
    has_hook: bool = False
    devices: str = "/dev/virtio-ports/"
    group: str = "root"

    @property
    def has_systemd(self) -> bool:
        """Return True if systemd starts the agent; the service of the package then does for libvirt's own port."""
        return self.apply == "systemd"

    @property
    def is_unix(self) -> bool:
        """Return True if shell scripts and cloud-init are at home there."""
        return bool(self.apply)


# A drop-in would not do: the package's service is bound to the device of libvirt's own port, and a drop-in can add
# dependencies, never take one away (systemd.unit(5), "Dependencies … cannot be reset to an empty list").
_SYSTEMD = (
    ("/etc/systemd/system/qemu-guest-agent.service", "qemu-guest-agent.service"),
    ("/etc/udev/rules.d/90-chanfix-guest-agent.rules", "udev.rules"),
)
_OPENRC = (("/etc/conf.d/qemu-guest-agent", "openrc"),)
_SYSVINIT = (("/etc/default/qemu-guest-agent", "sysvinit"),)
_FREEBSD = (
    ("/etc/rc.conf.d/qemu_guest_agent", "rc.conf"),
    ("/boot/loader.conf.d/qemu-guest-agent.conf", "loader.conf"),
)
_ANY = (("/etc/qemu/qemu-ga.conf", "qemu-ga.conf"),)
_WINDOWS = ((r"C:\Program Files\Qemu-ga\chanfix-port.cmd", "windows.cmd"),)


def _systemd(
    name: str, label: str, install: str, program: str, *, sysconfig: bool = False, hook: bool = False
) -> System:
    return System(name, label, install, _SYSTEMD, "systemd", program, has_sysconfig=sysconfig, has_hook=hook)


_APT = "apt-get install qemu-guest-agent"
_USR_BIN, _USR_SBIN = "/usr/bin/qemu-ga", "/usr/sbin/qemu-ga"
SYSTEMS = {
    system.name: system
    for system in (
        _systemd(DEFAULT_SYSTEM, "any Linux with systemd 239 or later", "", "qemu-ga", sysconfig=True),
        _systemd("debian", "Debian", _APT, _USR_SBIN),
        _systemd("ubuntu", "Ubuntu", _APT, _USR_SBIN),
        _systemd("fedora", "Fedora", "dnf install qemu-guest-agent", _USR_BIN, sysconfig=True, hook=True),
        _systemd(
            "rhel", "RHEL, CentOS and their kin", "yum install qemu-guest-agent", _USR_BIN, sysconfig=True, hook=True
        ),
        _systemd("suse", "SUSE and openSUSE", "zypper install qemu-guest-agent", _USR_BIN, sysconfig=True),
        _systemd("arch", "Arch Linux", "pacman -S qemu-guest-agent", _USR_BIN),
        System("devuan", "Debian with sysvinit", _APT, _SYSVINIT, "sysvinit"),
        System("alpine", "Alpine Linux and others with OpenRC", "apk add qemu-guest-agent", _OPENRC, "openrc"),
        System(
            *("freebsd", "FreeBSD", "pkg install qemu-guest-agent", _FREEBSD, "freebsd"),
            devices="/dev/vtcon/",
            group="wheel",
        ),
        System("other", "any other Unix", "", _ANY, "other"),
        System("windows", "Windows", "", _WINDOWS, devices="\\\\.\\Global\\"),
    )
}
