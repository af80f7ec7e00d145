"""QEMU will remove the machine type before long.

What it does
    Reports a machine type that the target's QEMU marks as deprecated, or without a target (``--target``,
    ``--qemu-version``) the newest QEMU. That is a versioned machine type of three years and more: QEMU 11.1 does so
    with ``pc-q35-8.1``. It will remove it three years later.

Why it matters
    The domain runs today, and QEMU prints that the machine type is deprecated. When it is removed, libvirt does not
    define the domain: ``does not support machine type``. A file that is kept for years meets that day on a new host.

Fix
    Takes the newest machine type of the same family: ``pc``, ``q35``, ``virt`` and the like are in every QEMU. Unsafe:
    the guest sees other hardware, and Windows may ask to be activated again.

References
    QEMU ``include/hw/core/boards.h``; https://www.qemu.org/docs/master/about/deprecated.html
"""

from chanfix.domain.machine_edits import take_newest
from chanfix.domain.machines import NEWEST_QEMU, life_of
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Rule

_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n  <os>\n    <type machine='{}'>hvm</type>\n  </os>\n</domain>\n"


class MachineDeprecated(Rule):
    only_if_text_has = (b"machine",)
    severity = INFO
    about_targets = True
    since = "0.2.0"
    yields_to = ("machine-removed",)
    examples = (
        Bad(_DOMAIN.format("pc-q35-7.2"), at="pc-q35-7.2", fixed=_DOMAIN.format("q35")),
        Bad(_DOMAIN.format("pc-i440fx-8.1"), at="pc-i440fx-8.1", fixed=_DOMAIN.format("pc")),
        Good(_DOMAIN.format("pc-q35-8.2")),
        Good(_DOMAIN.format("pc-q35-4.2")),
        Good(_DOMAIN.format("q35")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        use, qemu = domain.machine_use, facts.qemu or NEWEST_QEMU
        life = life_of(use.name) if use else None
        if use is None or life is None or not life.deprecated <= qemu < life.removed:
            return
        yield self.finding(
            f"machine type '{use.name}' is deprecated since QEMU {life.deprecated.major}.{life.deprecated.minor}; "
            f"{life.removed.major}.{life.removed.minor} is to remove it",
            At(use.node, "machine"),
            fix=take_newest(use),
        )
