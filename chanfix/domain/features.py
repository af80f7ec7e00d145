"""What the hypervisor offers to a guest: ``<features>``, as ``virDomainFeaturesDefParse`` reads it.

It goes through the children one by one: of several with one name, the last one's state counts.
"""

from __future__ import annotations

from chanfix.domain.values import Flag, Known, Text, Unknown, flag, or_default, text
from chanfix.domain.view import View
from chanfix.xml.document import Node

__all__ = ["Features", "HyperV"]


class HyperV(View):
    """The ``<hyperv>`` of a domain's features (``virDomainFeaturesHyperVDefParse``)."""

    @property
    def mode(self) -> Known[str] | Unknown:
        """``custom``, or ``passthrough`` for all that the host has."""
        return or_default(self._text("mode"), "custom")

    def state(self, name: str) -> Flag:
        """Return whether an enlightenment is on; None where nothing is written of it."""
        last = self._last(name)
        return flag(text(last.get("state"))) if isinstance(last, Node) else last

    def last(self, name: str) -> Node | None:
        """Return the element of an enlightenment that counts."""
        last = self._last(name)
        return last if isinstance(last, Node) else None

    @property
    def has_direct_timer(self) -> Flag:
        """Whether the timer is delivered without messages."""
        return self._flag("state", "stimer", "direct")


class Features(View):
    """The ``<features>`` of a domain."""

    def has(self, name: str) -> Known[bool] | Unknown:
        """Return whether one is there that is only there or not: ``acpi``, ``apic``, ``pae``, ``viridian``, ..."""
        return self._has(name)

    def state(self, name: str) -> Flag:
        """Return whether one with a state is on, such as ``smm``; so it is where no state is written."""
        last = self._last(name)
        return or_default(flag(text(last.get("state"))), True) if isinstance(last, Node) else last

    @property
    def hyperv(self) -> HyperV | Unknown | None:
        """What is there for Windows."""
        found = self._find("hyperv")
        return HyperV(found) if isinstance(found, Node) else found

    @property
    def is_kvm_hidden(self) -> Flag:
        """Whether the guest is not to see that it runs in KVM."""
        return self._flag("state", "kvm", "hidden")

    @property
    def gic_version(self) -> Text:
        """The version of the interrupt controller on ARM."""
        return self._text("version", "gic")
