"""Which of the Hyper-V enlightenments need which others, in the words of ``<hyperv>``.

The source is QEMU's page on them, https://www.qemu.org/docs/master/system/i386/hyperv.html ("Requires"), and
``target/i386/kvm/kvm.c:kvm_hyperv_properties``. QEMU asks under KVM only.
"""

from __future__ import annotations

from chanfix.domain import Domain, views
from chanfix.domain.clock import Clock
from chanfix.domain.features import HyperV
from chanfix.domain.values import Known, Unknown
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Edit, insert_after, insert_first

__all__ = ["HYPERVCLOCK", "NEEDS", "is_off", "switch_on"]

# QEMU's hv-time. In libvirt it is a timer of the clock, not an enlightenment.
HYPERVCLOCK = "hypervclock"

# Those that need others themselves stand behind them.
NEEDS: dict[str, tuple[str, ...]] = {
    "synic": ("vpindex",),
    "stimer": ("vpindex", "synic", HYPERVCLOCK),
    "tlbflush": ("vpindex",),
    "ipi": ("vpindex",),
    "evmcs": ("vapic",),
}


def is_off(domain: Domain, hyperv: HyperV | None, name: str) -> bool:
    """Return True if an enlightenment, or the timer, is known not to be on."""
    if name != HYPERVCLOCK:
        state = hyperv.state(name) if hyperv is not None else None
        return state is None or state == Known(False)
    clock = views.clock(domain)
    if clock is None:
        return not domain.node.has_unknown_children
    timers = clock.timers
    may_be_on = any(isinstance(timer.name, Unknown) for timer in timers) or clock.node.has_unknown_children
    return not may_be_on and not any(
        timer.name == Known(HYPERVCLOCK) and (timer.is_present == Known(True) or isinstance(timer.is_present, Unknown))
        for timer in timers
    )


def switch_on(domain: Domain, hyperv: HyperV | None, name: str) -> list[Edit] | None:
    """Return the edits that write what is missing; None where the file says that it is to be off."""
    if name != HYPERVCLOCK:
        return (
            None
            if hyperv is None or hyperv.node.child(name) is not None
            else _add(hyperv.node, f"<{name} state='on'/>")
        )
    timer, clock = f"<timer name='{HYPERVCLOCK}' present='yes'/>", views.clock(domain)
    if clock is not None:
        return None if _has_timer(clock) else _add(clock.node, timer)
    features = domain.node.child("features")
    new = Document.parse(f"<clock offset='utc'>{timer}</clock>".encode()).root
    return [insert_after(features, new)] if features is not None else None


def _has_timer(clock: Clock) -> bool:
    return any(timer.name == Known(HYPERVCLOCK) for timer in clock.timers)


def _add(parent: Node, written: str) -> list[Edit]:
    new, children = Document.parse(written.encode()).root, parent.children()
    return [insert_after(children[-1], new)] if children else insert_first(parent, new)
