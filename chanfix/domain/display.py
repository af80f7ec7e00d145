"""Graphics and video devices as libvirt reads them.

The sources are ``virDomainGraphicsDefParseXML`` and ``virDomainVideoDefParseXML`` in ``src/conf/domain_conf.c``.
"""

from __future__ import annotations

from chanfix.domain.addresses import DeviceAddress, address_of
from chanfix.domain.values import Flag, Known, Number, Text, Unknown, number, or_default
from chanfix.domain.view import View

__all__ = ["Graphics", "Listen", "Video"]


class Listen(View):
    """A place where a display listens: a ``<listen>``, or the ``socket`` or ``listen`` of the ``<graphics>`` itself."""

    @property
    def type(self) -> Text:
        """``address``, ``network``, ``socket`` or ``none``."""
        if self.node.tag == "listen":
            return self._text("type")
        return Known("address" if self.node.get("socket") is None else "socket")

    @property
    def address(self) -> Text:
        """The address; None leaves it to the host, whose default is 127.0.0.1. Of a network libvirt ignores it."""
        if self.type != Known("address"):
            return None
        return self._text("address" if self.node.tag == "listen" else "listen")

    @property
    def network(self) -> Text:
        """The network whose address is taken."""
        return self._text("network")

    @property
    def socket(self) -> Text:
        """The path of a Unix socket."""
        return self._text("socket")


class Graphics(View):
    """A ``<graphics>``."""

    @property
    def type(self) -> Text:
        """``vnc``, ``spice``, ``sdl``, ``egl-headless``, ..."""
        return self._text("type")

    @property
    def port(self) -> Number:
        """The port; None where libvirt chooses it at each start, or there is none."""
        written = self._text("port")
        return None if written == Known("-1") or self.autoport == Known(True) else number(written)

    @property
    def autoport(self) -> Flag:
        """Whether libvirt chooses the port.

        Of VNC it does where none is written, whatever else is; a SPICE display without one listens nowhere.
        """
        port, written = self._text("port"), self._flag("autoport")
        match self.type:
            case Unknown() as unknown:
                return unknown
            case Known("vnc" | "rdp"):
                is_chosen = port is None or port == Known("-1")
            case Known("spice"):
                is_chosen = port == Known("-1") and self._text("tlsPort") == Known("-1")
            case _:
                is_chosen = False
        if isinstance(port, Unknown):
            return port
        return Known(True) if is_chosen else or_default(written, False)

    @property
    def listens(self) -> list[Listen]:
        """The places where it listens; none where that is left to the host."""
        if self.node.get("socket") is not None:
            return [Listen(self.node)]
        listens = [Listen(node) for node in self.node.children("listen")]
        return listens or ([Listen(self.node)] if self.node.get("listen") is not None else [])

    @property
    def password(self) -> Text:
        """The password."""
        return self._text("passwd")

    @property
    def gl(self) -> Known[bool] | Unknown:
        """Whether it draws with OpenGL."""
        return or_default(self._flag("enable", "gl"), False)


class Video(View):
    """A ``<video>``."""

    @property
    def model(self) -> Text:
        """The model; None leaves it to libvirt, and with it to the machine type and the graphics."""
        return self._text("type", "model")

    @property
    def heads(self) -> Known[int] | Unknown:
        """How many screens it has."""
        return or_default(self._number("heads", "model"), 1)

    @property
    def is_primary(self) -> Flag:
        """Whether it is the primary one; None where it is not said: libvirt makes the first so when none is."""
        written = self._flag("primary", "model")
        return None if written == Known(False) else written

    @property
    def accel3d(self) -> Flag:
        """Whether it has 3D acceleration."""
        return self._flag("accel3d", "model", "acceleration")

    @property
    def address(self) -> DeviceAddress | Unknown | None:
        """The address on the guest's bus."""
        return address_of(self.node)
