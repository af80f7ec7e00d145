"""The emulator is at a path that other hosts do not have.

What it does
    Reports an ``<emulator>`` at a path that only some distributions have (``/usr/libexec/qemu-kvm``,
    ``/usr/bin/kvm-spice``, a path of NixOS or Homebrew) or that is in a user's home. ``/usr/bin/qemu-system-ARCH`` is
    what most have and is silent; so is any other path, which is a build that somebody means. With a target
    (``--target``) it is silent about the paths that the target has, and reports ``/usr/bin/qemu-system-ARCH`` too where
    it is not one of them.

Why it matters
    libvirt does not define the domain on another host: ``Cannot check QEMU binary /usr/bin/kvm-spice: No such file or
    directory``.

Fix
    Removes the element: libvirt takes the host's emulator for the architecture. Unsafe, since it may be another QEMU.
    None for a path in a home: only a person can say if that build is needed.

References
    libvirt ``src/qemu/qemu_capabilities.c:virQEMUCapsGetDefaultEmulator``; https://github.com/Fmstrat/winapps/issues/6;
    https://github.com/NixOS/nixpkgs/issues/74042
"""

from chanfix.domain.host_paths import home_of, owner_of_emulator
from chanfix.domain.values import Known, text
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Fix, Good, Node, Part, Rule, unsafe
from chanfix.xml.edit import remove_element

_STOCK = "/usr/bin/qemu-system-"


class EmulatorPath(Rule):
    severity = WARNING
    about_targets = True
    since = "0.2.0"
    refusals = ("Cannot check QEMU binary *: No such file or directory",)
    examples = (
        Bad("<emulator>/usr/libexec/qemu-kvm</emulator>\n", at="/usr/libexec/qemu-kvm", fixed=""),
        Bad("<emulator>/usr/bin/kvm-spice</emulator>\n", at="/usr/bin/kvm-spice", fixed=""),
        Bad(
            "<emulator>/home/ann/qemu/build/qemu-system-x86_64</emulator>\n",
            at="/home/ann/qemu/build/qemu-system-x86_64",
        ),
        Bad(f"<emulator>{_STOCK}x86_64</emulator>\n", at=f"{_STOCK}x86_64", fixed="", target="rhel-9"),
        Good("<emulator>/usr/bin/qemu-system-x86_64</emulator>\n"),
        Good("<emulator>/usr/libexec/qemu-kvm</emulator>\n", target="rhel-9"),
        Good("<emulator>/opt/qemu-9.2/bin/qemu-system-x86_64</emulator>\n"),
    )

    def emulator(self, emulator: Node, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver or not isinstance(path := text(emulator.text), Known):
            return
        at = At(emulator, part=Part.TEXT)
        if facts.target and facts.target.has_emulator(path.value):
            return
        use = domain.machine_use if facts.target else None
        known = facts.target.emulators(use.arch) if facts.target and use and use.arch else None
        if owner := owner_of_emulator(path.value):
            yield self.finding(
                f"emulator '{path.value}' is a path of {owner}; other hosts do not have it", at, fix=_fix(emulator)
            )
        elif home := home_of(path.value):
            yield self.finding(f"emulator '{path.value}' is in the home '{home}', which other hosts do not have", at)
        elif known and path.value.startswith(_STOCK):
            yield self.finding(f"emulator '{path.value}' is not there; expected '{known[0]}'", at, fix=_fix(emulator))


def _fix(emulator: Node) -> Fix:
    return unsafe("Leave the emulator to libvirt", remove_element(emulator))
