"""Which video devices draw in 3D with the OpenGL of a display, and which displays have it."""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain, views
from chanfix.domain.display import Graphics
from chanfix.domain.values import Known, Unknown, must_be
from chanfix.xml.document import Node

__all__ = ["accelerations_by_display", "may_draw"]


def may_draw(graphics: Graphics) -> bool:
    """Return True if a display has OpenGL, or may have it."""
    match graphics.type, graphics.gl:
        case Known("egl-headless" | "dbus" | "sdl") | Unknown(), _:
            return True
        case _, gl:
            return gl != Known(False)


def accelerations_by_display(domain: Domain) -> Iterator[Node]:
    """Yield the ``<acceleration>`` of video devices that draw in 3D with the display's OpenGL."""
    for video in views.videos(domain):
        is_own = video.node.child("driver") is not None  # a process of its own draws
        model = video.node.child("model")
        acceleration = model.child("acceleration") if model is not None else None
        if acceleration is not None and not is_own and must_be(video.accel3d, True) and must_be(video.model, "virtio"):
            yield acceleration
