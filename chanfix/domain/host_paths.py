"""Where distributions keep QEMU and its firmware: paths that one host has and another one has not."""

from __future__ import annotations

import re

from chanfix.domain.boot import OperatingSystem
from chanfix.domain.values import Known
from chanfix.xml.edit import Edit, remove_attribute, remove_element

__all__ = ["OF_RHEL", "choose_firmware", "home_of", "is_uefi_of_a_distribution", "owner_of_emulator"]

OF_RHEL = "RHEL and its kin"

# Pattern of a path -> whose it is. /usr/bin/qemu-system-ARCH is what most have, and libvirt looks for it first.
# https://github.com/Fmstrat/winapps/issues/6, https://github.com/NixOS/nixpkgs/issues/74042
_EMULATORS = {
    r"/usr/libexec/qemu-kvm": OF_RHEL,
    r"/usr/bin/qemu-kvm": "Fedora and SUSE",
    r"/usr/bin/kvm": "Debian and Ubuntu",
    r"/usr/bin/kvm-spice": "older releases of Ubuntu",
    r"/usr/sbin/qemu-system-\w+": "Arch Linux and others that link /usr/sbin to /usr/bin",
    r"/run/libvirt/nix-emulators/.+": "NixOS",
    r"/nix/store/.+": "one build of Nix",
    r"/opt/homebrew/.+": "Homebrew",
}
_OF_MOST = "/usr/bin/qemu-system-"
# https://github.com/lima-vm/lima/commit/7e493aa20d24161b3ed65a14bb72cec8516824e5 and schemas/targets.
_FIRMWARE = (
    r"(?:/usr/share/(?:OVMF|ovmf|AAVMF|edk2[\w.-]*|qemu|qemu-kvm|qemu-efi[\w-]*)|/usr/local/share/qemu"
    r"|/run/libvirt/nix-ovmf|/nix/store|/opt/homebrew)/(?:.*/)?[^/]+"
)
_UEFI = r"(?i)ovmf|aavmf|edk2|qemu_efi|risc-?v_virt"
_HOME = r"/(?:home|Users)/[^/]+(?=/)|/root(?=/)|~[^/]*(?=/)|\$\{?HOME\}?(?=/)"


def owner_of_emulator(path: str) -> str | None:
    """Return whose hosts have an emulator at a path; None of one that most have, or of nobody's."""
    if path.startswith(_OF_MOST):
        return None
    return next((owner for pattern, owner in _EMULATORS.items() if re.fullmatch(pattern, path)), None)


def is_uefi_of_a_distribution(path: str) -> bool:
    """Return True if a path is one where a distribution has UEFI firmware."""
    return re.fullmatch(_FIRMWARE, path) is not None and re.search(_UEFI, path) is not None


def home_of(path: str) -> str | None:
    """Return the beginning of a path that is a user's home; None if it is not in one."""
    found = re.match(_HOME, path)
    return found[0] if found else None


def choose_firmware(system: OperatingSystem) -> list[Edit]:
    """Return the edits that leave the choice of the firmware's files to libvirt, for ``firmware='efi'``.

    Whether Secure Boot is asked for stays, and so does the file of the variables.
    """
    edits: list[Edit] = []
    if (loader := system.node.child("loader")) is not None:
        if system.is_loader_secure == Known(True):
            edits += [remove_attribute(loader, name) for name in loader.attributes if name != "secure"]
            edits.append(Edit(loader.place.content, b""))
        else:
            edits.append(remove_element(loader))
    if (nvram := system.node.child("nvram")) is not None and nvram.get("template") is not None:
        names = [name for name in ("template", "templateFormat") if nvram.get(name) is not None]
        edits += [remove_attribute(nvram, name) for name in names] if system.nvram else [remove_element(nvram)]
    return edits
