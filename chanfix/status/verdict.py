"""The verdicts on a domain's agent."""

from __future__ import annotations

from enum import Enum

__all__ = ["LASTING", "Verdict"]


class Verdict(Enum):
    """Where the road from libvirt to the agent ends, or that it does not."""

    NOT_QEMU = "not-qemu"
    NOT_CONFIGURED = "not-configured"
    DETACHED = "detached"
    MISCONFIGURED = "misconfigured"
    PENDING_POWER_CYCLE = "pending-power-cycle"
    SHUT_OFF = "shut-off"
    PAUSED = "paused"
    DISCONNECTED = "disconnected"
    UNRESPONSIVE = "unresponsive"
    SPURIOUS = "spurious"
    FROZEN = "frozen"
    RESPONDING = "responding"


# No waiting changes these: somebody has to edit the definition.
LASTING = frozenset({Verdict.NOT_QEMU, Verdict.NOT_CONFIGURED, Verdict.MISCONFIGURED})
