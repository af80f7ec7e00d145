"""Virtio-serial as libvirt's QEMU driver reads it: which devices take a port, which port, and on which controller.

The source is ``src/conf/domain_addr.c`` (``virDomainVirtioSerialAddr*``); all of it was tried with libvirt 9.0.
"""

from __future__ import annotations

from itertools import count

from chanfix.domain import Address, Channel, Controller, Domain, is_templated

__all__ = [
    "Port",
    "capacity",
    "controllers_by_index",
    "has_unknown_controllers",
    "has_unknown_ports",
    "ports_asked_for",
    "virtio_devices",
]

_PORTS_WHEN_UNSET = 31


class Port:
    """The port that a device asks for with an ``<address>`` of type virtio-serial.

    A number that is left to libvirt is None, and so is one that is written but cannot be read.
    """

    def __init__(self, device: Channel, address: Address) -> None:
        self.device = device
        self.address = address

    @property
    def controller(self) -> int | None:
        """The index of the controller: 0 where the address names none."""
        return self._number("controller")

    @property
    def bus(self) -> int | None:
        """The bus: 0 where the address names none."""
        return self._number("bus")

    @property
    def number(self) -> int | None:
        """The port. QEMU keeps 0 for consoles: from a channel, libvirt reads it as "any"."""
        number = self._number("port")
        return number if self.device.node.tag == "console" else number or None

    def _number(self, attribute: str) -> int | None:
        return 0 if self.address.node.get(attribute) is None else self.address.number(attribute)


def virtio_devices(domain: Domain) -> list[Channel]:
    """Return the channels and consoles on virtio-serial; none where another driver than QEMU's runs the domain."""
    if domain.is_of_other_driver:
        return []
    return [device for device in (*domain.channels, *domain.consoles) if device.is_virtio]


def ports_asked_for(domain: Domain) -> list[Port]:
    """Return what the addresses of these devices ask for; a device without such an address gets any free port."""
    return [
        Port(device, device.address)
        for device in virtio_devices(domain)
        if device.address is not None and device.address.type == "virtio-serial"
    ]


def controllers_by_index(domain: Domain) -> dict[int, Controller]:
    """Return the declared controllers; one without an index gets the lowest that is free, as libvirt does it."""
    declared: dict[int, Controller] = {}
    unnumbered = []
    for controller in domain.virtio_serial_controllers:
        if controller.index is not None:
            declared.setdefault(controller.index, controller)
        elif controller.node.get("index") is None:
            unnumbered.append(controller)
    free = (index for index in count() if index not in declared)
    declared |= zip(free, unnumbered, strict=False)
    return declared


def has_unknown_controllers(domain: Domain) -> bool:
    """Return True if a template may bring a controller, or give one a type or an index."""
    return domain.has_unknown_devices or any(
        is_templated(node.get("type")) or (node.get("type") == "virtio-serial" and is_templated(node.get("index")))
        for node in domain.devices_of("controller")
    )


def has_unknown_ports(domain: Domain) -> bool:
    """Return True if a template may bring a device for virtio-serial, or say which controller one is on."""
    return domain.has_unknown_devices or any(
        is_templated(device.target_type)
        or device.node.has_unknown_children
        or (device.address and any(map(is_templated, (device.address.type, device.address.node.get("controller")))))
        for device in (*domain.channels, *domain.consoles)
    )


def capacity(controller: Controller | None) -> int | None:
    """Return how many ports a controller has, port 0 included; None when what is written cannot be read.

    None for the controller means one that is not declared: libvirt adds it.
    """
    if controller is None or controller.node.get("ports") is None:
        return _PORTS_WHEN_UNSET
    return controller.ports
