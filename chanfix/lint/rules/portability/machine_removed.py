"""QEMU does not have the machine type.

What it does
    Reports a machine type that the target's QEMU has no more, or does not have yet. Without a target (``--target``,
    ``--qemu-version``): one that the newest QEMU has no more. QEMU removes a versioned machine type six years after the
    version in its name: 11.0 removed ``pc-q35-5.0``. Where all machine types of the target are known, their list
    decides; some distributions build QEMU without its versioned machine types. A name with a suffix of a distribution
    is ``machine-of-distribution``'s to report.

Why it matters
    libvirt does not define the domain: ``Emulator '/usr/bin/qemu-system-x86_64' does not support machine type
    'pc-q35-2.4'``. Older versions define it, and QEMU does not start: ``unsupported machine type``.

Fix
    Takes the newest machine type of the same family: ``pc``, ``q35``, ``virt`` and the like are in every QEMU. Unsafe:
    the guest sees other hardware, and Windows may ask to be activated again.

References
    QEMU ``include/hw/core/boards.h``; https://www.qemu.org/docs/master/about/removed-features.html;
    https://github.com/virt-manager/virt-manager/issues/539
"""

from chanfix.domain.machine import MachineUse
from chanfix.domain.machine_edits import take_newest
from chanfix.domain.machines import NEWEST_QEMU, life_of, old_rhel_of, read_machine
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Rule

_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n  <os>\n    <type machine='{}'>hvm</type>\n  </os>\n</domain>\n"
_NOT_LISTED = "is not in the list of QEMU's machine types there"


class MachineRemoved(Rule):
    only_if_text_has = (b"machine",)
    severity = WARNING
    about_targets = True
    since = "0.2.0"
    refusals = (
        "does not support machine type '*'",
        "unsupported machine type '*'",
    )
    examples = (
        Bad(_DOMAIN.format("pc-q35-4.2"), at="pc-q35-4.2", fixed=_DOMAIN.format("q35")),
        Bad(_DOMAIN.format("pc-i440fx-2.11"), at="pc-i440fx-2.11", fixed=_DOMAIN.format("pc")),
        Bad(_DOMAIN.format("pc-1.2"), at="pc-1.2", fixed=_DOMAIN.format("pc")),
        Bad(_DOMAIN.format("rhel6.6.0"), at="rhel6.6.0", fixed=_DOMAIN.format("pc")),
        Bad(_DOMAIN.format("pc-q35-9.2"), at="pc-q35-9.2", fixed=_DOMAIN.format("q35"), target="debian-12"),
        Bad(_DOMAIN.format("pc-q35-9.0"), at="pc-q35-9.0", fixed=_DOMAIN.format("q35"), target="rhel-9"),
        Bad(_DOMAIN.format("q36").replace("<type", "<type arch='x86_64'"), at="q36", target="debian-12"),
        Good(_DOMAIN.format("pc-q35-9.2")),
        Good(_DOMAIN.format("pc-q35-4.2"), target="debian-12"),
        Good(_DOMAIN.format("q35")),
        Good(_DOMAIN.format("rhel6.6.0"), target="rhel-8"),
        Good(_DOMAIN.format("pc-q35-rhel8.6.0")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        use = domain.machine_use
        if use is None or (reason := _reason(use, facts)) is None:
            return
        yield self.finding(
            f"machine type '{use.name}' {reason}",
            At(use.node, "machine"),
            fix=take_newest(use),
            severity=ERROR if facts.qemu else None,
        )


def _reason(use: MachineUse, facts: Facts) -> str | None:
    """Return why QEMU does not have the machine type; None if it has it, or that is not known."""
    if release := old_rhel_of(use.name):
        # RHEL 7 had them too, and RHEL 8, which has the next ones, may have them.
        may_have = facts.target is not None and facts.target.knows_suffix("rhel7.0.0")
        return None if may_have else f"is gone: it was for the domains of RHEL {release}"
    machine, life = read_machine(use.name), life_of(use.name)
    if machine is not None and machine.suffix:
        return None
    if machine is None or life is None or machine.version is None:
        return _NOT_LISTED if _is_listed(use, facts) is False else None
    if life.removed <= (facts.qemu or NEWEST_QEMU):
        return f"is gone: QEMU {life.removed.major}.{life.removed.minor} and later do not have it"
    if facts.qemu and machine.version[:2] > facts.qemu[:2]:
        return f"comes with QEMU {machine.version.major}.{machine.version.minor}; the domain is for an older one"
    if _is_listed(use, facts) is False:
        return _NOT_LISTED
    if facts.target and facts.target.lacks("machines", "versioned"):
        return "is upstream QEMU's; the distribution has only versioned machine types of its own"
    return None


def _is_listed(use: MachineUse, facts: Facts) -> bool | None:
    """Return True if the target's QEMU has a machine type of that name; None if its list is not known."""
    known = facts.target.machines(use.arch) if facts.target and use.arch else None
    return None if known is None else use.name in known
