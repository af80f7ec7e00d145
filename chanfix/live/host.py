"""The few calls that chanfix needs of a hypervisor host, in its own words.

This module knows nothing of libvirt-python; ``libvirt_host`` keeps the promises made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from chanfix.compat import Version

__all__ = ["Code", "DomainRef", "DomainState", "Host"]


class Code(IntEnum):
    """The error numbers of libvirt that we decide on (``virErrorNumber`` in ``libvirt/virterror.h``)."""

    NO_SUPPORT = 3
    NO_CONNECT = 5
    OPERATION_DENIED = 29
    NO_DOMAIN = 42
    OPERATION_INVALID = 55
    XML_INVALID_SCHEMA = 92


@dataclass(frozen=True, slots=True)
class DomainRef:
    """A domain of a host. Calls go by the UUID, which no rename changes; ``name`` is for people."""

    name: str
    uuid: str


@dataclass(frozen=True, slots=True)
class DomainState:
    """What a change of the stored definition has to be weighed against. A paused domain is running too."""

    is_running: bool
    is_paused: bool
    is_persistent: bool
    has_managed_save: bool
    snapshots: tuple[str, ...]


class Host(Protocol):
    """A connection. Every call answers within a bounded time or raises ``HostError`` with libvirt's code."""

    @property
    def uri(self) -> str:
        """The URI that the connection ended up with."""

    @property
    def version(self) -> Version:
        """The version of the libvirt that holds the domains, not of the library here."""

    def names(self) -> list[str]:
        """Return the names of all domains, sorted."""

    def find(self, text: str) -> DomainRef:
        """Return the domain with that name, else that id, else that UUID."""

    def state(self, ref: DomainRef) -> DomainState:
        """Return what the domain is doing and what is kept of it."""

    def stored_xml(self, ref: DomainRef) -> bytes:
        """Return the stored definition with its passwords: the only text that may be defined again.

        A read-only connection refuses this with ``Code.OPERATION_DENIED``.
        """

    def public_xml(self, ref: DomainRef) -> bytes:
        """Return the stored definition without passwords, for those who only look."""

    def running_xml(self, ref: DomainRef) -> bytes | None:
        """Return the definition that runs, without passwords, or None when the domain is shut off."""

    def define(self, xml: bytes, *, validate: bool) -> None:
        """Replace the stored definition of the domain whose name and UUID are in ``xml``.

        With ``validate`` libvirt checks its own schema first and refuses with ``Code.XML_INVALID_SCHEMA``.
        """

    def close(self) -> None:
        """Let the connection go; never raises."""
