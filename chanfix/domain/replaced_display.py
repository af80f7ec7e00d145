"""Edits that replace displays and video models by those that every QEMU has: VNC, and ``virtio``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from chanfix.domain import Domain, views
from chanfix.domain.acceleration import accelerations_by_display, may_draw
from chanfix.domain.spice import SpiceDevice, devices_of_spice
from chanfix.domain.values import Known, number, text
from chanfix.xml.document import Node
from chanfix.xml.edit import Edit, remove_attribute, remove_element, set_attribute

__all__ = ["devices_of_displays", "is_possible_with_vnc", "replaced"]

# ``virDomainGraphicsDefParseXMLVNC`` in ``src/conf/domain_conf.c`` reads these children; and these attributes are
# others' alone.
_CHILDREN_OF_VNC = ("listen", "audio")
_NOT_OF_VNC = ("tlsPort", "defaultMode", "display", "xauth", "fullscreen")
_OF_QXL = ("ram", "vram", "vram64", "vgamem")
# ``qemuValidateDomainDeviceDefVNCGraphics`` in ``src/qemu/qemu_validate.c``.
_LONGEST_VNC_PASSWORD = 8
_CONNECTED_OF_VNC = "keep"
# QEMU counts the displays of VNC from there on.
_FIRST_VNC_PORT = 5900


def is_possible_with_vnc(display: Node) -> bool:
    """Return True if libvirt takes the display's password of VNC too."""
    return len(display.get("passwd") or "") <= _LONGEST_VNC_PASSWORD


def devices_of_displays(domain: Domain, displays: Collection[Node]) -> list[SpiceDevice]:
    """Return the devices that libvirt refuses without these displays."""
    of_spice = [graphics for graphics in domain.devices_of("graphics") if graphics.get("type") == "spice"]
    return devices_of_spice(domain) if of_spice and all(spice in displays for spice in of_spice) else []


def replaced(domain: Domain, displays: Sequence[Node], models: Sequence[Node]) -> list[Edit]:
    """Return the edits that replace displays and the ``<model>`` elements of video devices.

    3D acceleration that only these displays can draw is switched off: QEMU does not start with it.
    """
    edits = [edit for model in models for edit in _by_virtio(model)]
    if displays:
        edits += _by_vnc(domain, displays)
        drawing = [graphics.node for graphics in views.graphics(domain) if may_draw(graphics)]
        if drawing and all(node in displays for node in drawing):
            edits += [set_attribute(node, "accel3d", "no") for node in accelerations_by_display(domain)]
    return edits


def _by_vnc(domain: Domain, displays: Sequence[Node]) -> Iterator[Edit]:
    """Yield the edits that make one display a VNC one, unless there is one, and remove the others and their devices."""
    there = any(graphics.get("type") == "vnc" for graphics in domain.devices_of("graphics"))
    kept, removed = ([], displays) if there else (displays[:1], displays[1:])
    for display in removed:
        yield remove_element(display)
    for device in devices_of_displays(domain, displays):
        for node in device.nodes:
            if not any(display in node.ancestors for display in removed):
                yield remove_element(node)
    for display in kept:
        yield set_attribute(display, "type", "vnc")
        for child in display.children():
            if child.tag not in _CHILDREN_OF_VNC:
                yield remove_element(child)
        for name in _NOT_OF_VNC:
            if display.get(name) is not None:
                yield remove_attribute(display, name)
        if display.get("connected") not in (None, _CONNECTED_OF_VNC):
            yield remove_attribute(display, "connected")
        match number(text(display.get("port"))):
            case Known(port) if 0 <= port < _FIRST_VNC_PORT:
                # libvirt chooses one where none is written.
                yield remove_attribute(display, "port")


def _by_virtio(model: Node) -> Iterator[Edit]:
    """Yield the edits that make a video model ``virtio``."""
    yield set_attribute(model, "type", "virtio")
    for name in _OF_QXL:
        if model.get(name) is not None:
            yield remove_attribute(model, name)
