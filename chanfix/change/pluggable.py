"""What stands in the way of a channel that is to be plugged into a running domain, and the way out of it."""

from __future__ import annotations

import shlex

from chanfix.domain import Channel, Domain
from chanfix.domain.virtio_serial import capacity, controllers_by_index, ports_asked_for
from chanfix.errors import HostError
from chanfix.host.host import DomainRef, DomainState

__all__ = ["POWER_CYCLE", "refuse_full", "refuse_managed_save", "refuse_shared_path", "refuse_state"]

POWER_CYCLE = "leave out --live; the stored channel comes when the domain is powered off and started again"


def refuse_managed_save(ref: DomainRef, state: DomainState) -> None:
    """Refuse a domain whose next start resumes another machine than the one that is changed now."""
    if state.has_managed_save:
        raise HostError(
            f"domain '{ref.name}' has a managed-save image, and the next start resumes that with the old channels",
            hint=f"virsh managedsave-remove {shlex.quote(ref.name)} throws the saved state away; or leave out --live",
        )


def refuse_state(ref: DomainRef, state: DomainState) -> None:
    """Refuse a domain that is paused, and one with a managed-save image."""
    if state.is_paused:
        raise HostError(
            f"domain '{ref.name}' is paused; its devices are changed when it runs",
            hint=f"virsh resume {shlex.quote(ref.name)}; or leave out --live",
        )
    refuse_managed_save(ref, state)


def refuse_full(ref: DomainRef, domain: Domain, old: Channel | None) -> None:
    """Refuse a running domain without a free port once ``old`` is gone."""
    controllers = controllers_by_index(domain)
    if not controllers:
        raise HostError(
            f"the running domain '{ref.name}' has no virtio-serial controller, and none can be plugged in",
            hint=POWER_CYCLE,
        )
    taken = {(port.controller, port.number) for port in ports_asked_for(domain) if old is None or port.device != old}
    for index, controller in controllers.items():
        # Port 0 is for consoles.
        if any((index, number) not in taken for number in range(1, capacity(controller) or 0)):
            return
    raise HostError(
        f"every port on the virtio-serial controllers of the running domain '{ref.name}' is taken", hint=POWER_CYCLE
    )


def refuse_shared_path(ref: DomainRef, domain: Domain, new: Channel, old: Channel | None) -> None:
    """Refuse a path that a channel which stays listens at: QEMU would take the socket from it."""
    for device in domain.channels:
        if new.path and device.path == new.path and device is not old:
            raise HostError(
                f"the running domain '{ref.name}' has its channel '{device.name}' at '{new.path}'",
                hint="choose another path with --path",
            )
