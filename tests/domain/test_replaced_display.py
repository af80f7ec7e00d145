"""Edits that replace displays: each case is devices before and after, and QEMU lacks SPICE, SDL and qxl."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.replaced_display import is_possible_with_vnc, replaced
from chanfix.xml.document import Document
from chanfix.xml.edit import Fix, Safety
from chanfix.xml.patch import apply_fixes

CASES = {
    "spice_becomes_vnc": ("<graphics type='spice' autoport='yes'/>", "<graphics type='vnc' autoport='yes'/>"),
    "children_of_spice_go": (
        "<graphics type='spice'><listen type='none'/><image compression='off'/><gl enable='no'/></graphics>",
        "<graphics type='vnc'><listen type='none'/></graphics>",
    ),
    "attributes_of_spice_go": (
        "<graphics type='spice' tlsPort='-1' defaultMode='any' keymap='de'/>",
        "<graphics type='vnc' keymap='de'/>",
    ),
    "what_vnc_cannot_do_to_a_client_goes": (
        "<graphics type='spice' passwd='x' connected='fail'/>",
        "<graphics type='vnc' passwd='x'/>",
    ),
    "what_vnc_can_do_to_a_client_stays": (
        "<graphics type='spice' passwd='x' connected='keep'/>",
        "<graphics type='vnc' passwd='x' connected='keep'/>",
    ),
    "port_below_those_of_vnc_goes": (
        "<graphics type='spice' port='5800' autoport='no'/>",
        "<graphics type='vnc' autoport='no'/>",
    ),
    "display_goes_where_there_is_vnc": ("<graphics type='spice'/><graphics type='vnc'/>", "<graphics type='vnc'/>"),
    "second_display_goes": ("<graphics type='spice'/><graphics type='spice'/>", "<graphics type='vnc'/>"),
    "sdl_becomes_vnc": ("<graphics type='sdl' display=':0' xauth='/a' fullscreen='yes'/>", "<graphics type='vnc'/>"),
    "devices_of_spice_go": (
        "<graphics type='spice'/><redirdev type='spicevmc'/><smartcard mode='passthrough' type='spicevmc'/>",
        "<graphics type='vnc'/>",
    ),
    "reference_to_the_audio_of_spice_goes": (
        "<graphics type='spice'><audio id='2'/></graphics><sound model='ac97'><audio id='2'/></sound>"
        "<audio id='2' type='spice'/>",
        "<graphics type='vnc'></graphics><sound model='ac97'></sound>",
    ),
    "acceleration_that_only_spice_draws_goes": (
        "<graphics type='spice'><gl enable='yes'/></graphics>"
        "<video><model type='virtio'><acceleration accel3d='yes'/></model></video>",
        "<graphics type='vnc'></graphics><video><model type='virtio'><acceleration accel3d='no'/></model></video>",
    ),
    "acceleration_that_another_display_draws_stays": (
        "<graphics type='spice'><gl enable='yes'/></graphics><graphics type='egl-headless'/>"
        "<video><model type='virtio'><acceleration accel3d='yes'/></model></video>",
        "<graphics type='vnc'></graphics><graphics type='egl-headless'/>"
        "<video><model type='virtio'><acceleration accel3d='yes'/></model></video>",
    ),
    "other_devices_stay": (
        "<graphics type='spice'/><redirdev type='tcp'/><smartcard mode='host'/><audio id='1' type='none'/>",
        "<graphics type='vnc'/><redirdev type='tcp'/><smartcard mode='host'/><audio id='1' type='none'/>",
    ),
    "devices_of_spice_stay_without_it": (
        "<graphics type='sdl'/><redirdev type='spicevmc'/>",
        "<graphics type='vnc'/><redirdev type='spicevmc'/>",
    ),
    "qxl_becomes_virtio": (
        "<video><model type='qxl' ram='1' vram='1' vram64='1' vgamem='1' heads='2'/></video>",
        "<video><model type='virtio' heads='2'/></video>",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_replaced(before, after):
    document = Document.parse(f"<domain type='kvm'><devices>{before}</devices></domain>".encode())
    domain = Domain.of(document)
    lacked = [node for node in domain.devices_of("graphics") if node.get("type") in ("spice", "sdl")]
    models = [node for video in domain.devices_of("video") for node in video.children("model")]
    edits = tuple(sorted(replaced(domain, lacked, models)))
    fixed = apply_fixes(document.data, [Fix("Replace", Safety.UNSAFE, edits)]).data.decode()
    assert fixed == f"<domain type='kvm'><devices>{after}</devices></domain>"


@pytest.mark.parametrize(("password", "is_possible"), [("", True), ("12345678", True), ("123456789", False)])
def test_vnc_has_short_passwords(password, is_possible):
    document = Document.parse(f"<graphics type='spice' passwd='{password}'/>".encode())
    assert is_possible_with_vnc(document.root) is is_possible
