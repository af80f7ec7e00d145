"""The machine type is one distribution's own.

What it does
    Reports a machine type whose name ends in a distribution's suffix, as ``pc-q35-rhel9.4.0`` or ``pc-i440fx-bionic``,
    and names the releases whose QEMU has it. With a target (``--target``) it is silent where that QEMU has it, or may
    have it, and an error where it has not.

Why it matters
    Only that distribution's QEMU knows the name. On any other host libvirt does not define the domain: ``Emulator
    '/usr/bin/qemu-system-x86_64' does not support machine type 'pc-i440fx-bionic'``.

Fix
    Takes the newest machine type of the same family: ``pc``, ``q35``, ``virt`` and the like are in every QEMU. Unsafe:
    the guest sees other hardware, and Windows may ask to be activated again.

References
    https://github.com/Fmstrat/winapps/issues/6; ``chanfix targets NAME``, "own machine types"
"""

from chanfix.domain.machine_edits import take_newest
from chanfix.domain.machines import read_machine
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Rule

_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n  <os>\n    <type machine='{}'>hvm</type>\n  </os>\n</domain>\n"


class MachineOfDistribution(Rule):
    only_if_text_has = (b"machine",)
    severity = WARNING
    about_targets = True
    since = "0.2.0"
    refusals = (
        "does not support machine type '*'",
        "unsupported machine type '*'",
    )
    examples = (
        Bad(_DOMAIN.format("pc-q35-rhel9.4.0"), at="pc-q35-rhel9.4.0", fixed=_DOMAIN.format("q35")),
        Bad(_DOMAIN.format("pc-i440fx-bionic"), at="pc-i440fx-bionic", fixed=_DOMAIN.format("pc")),
        Bad(
            _DOMAIN.format("s390-ccw-virtio-noble"), at="s390-ccw-virtio-noble", fixed=_DOMAIN.format("s390-ccw-virtio")
        ),
        Good(_DOMAIN.format("pc-q35-rhel9.4.0"), target="rhel-10"),
        Good(_DOMAIN.format("pseries-9.2")),
        Good(_DOMAIN.format("pc-q35-ours")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        use = domain.machine_use
        machine = read_machine(use.name) if use else None
        if use is None or machine is None or not machine.suffix:
            return
        has_it = facts.target.knows_suffix(machine.suffix) if facts.target else None
        owners = _owners(machine.suffix)
        if has_it or not owners:
            return
        yield self.finding(
            f"machine type '{use.name}' is only in the QEMU of {', '.join(owners)}",
            At(use.node, "machine"),
            fix=take_newest(use),
            severity=ERROR if has_it is False else None,
        )


def _owners(suffix: str) -> list[str]:
    """Return the names of the targets whose QEMU has machine types with a suffix."""
    from chanfix.domain.targets import targets

    return [target.name for target in targets() if target.knows_suffix(suffix)]
