"""The few calls that chanfix needs of a hypervisor host, in its own words.

This module knows nothing of libvirt-python; ``host.libvirt.connection`` implements it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from chanfix.agent.answer import AgentReply
from chanfix.domain.versions import Version

__all__ = ["Code", "DomainRef", "DomainState", "Host"]


class Code(IntEnum):
    """The error numbers of libvirt that we decide on (``virErrorNumber`` in ``libvirt/virterror.h``)."""

    INTERNAL_ERROR = 1
    NO_SUPPORT = 3
    NO_CONNECT = 5
    OPERATION_DENIED = 29
    SYSTEM_ERROR = 38
    NO_DOMAIN = 42
    OPERATION_INVALID = 55
    OPERATION_TIMEOUT = 68
    ARGUMENT_UNSUPPORTED = 74
    AGENT_UNRESPONSIVE = 86
    XML_INVALID_SCHEMA = 92
    AGENT_COMMAND_TIMEOUT = 112
    AGENT_COMMAND_FAILED = 113


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

    @property
    def qemu(self) -> Version | None:
        """The version of the QEMU that domains of the host's own architecture run in; None if that cannot be told."""

    def names(self) -> list[str]:
        """Return the names of all domains, sorted."""

    def refs(self) -> list[DomainRef]:
        """Return all domains, sorted by name."""

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

    def attach_device(self, ref: DomainRef, xml: bytes) -> None:
        """Plug a device into the running domain, and into nothing else."""

    def detach_device(self, ref: DomainRef, alias: str) -> None:
        """Unplug a device from the running domain, and wait a while for it to go; ``running_xml`` says if it did."""

    @property
    def calls_at_once(self) -> int | None:
        """How many calls this connection carries side by side, None when there is no limit."""

    def follow(self, tell: Callable[[DomainRef], None]) -> Callable[[], None]:
        """Call ``tell`` from another thread with each domain that changes, or whose agent comes or goes.

        It ends with what is returned. There can be one on a connection.
        """

    def ask_agent(self, ref: DomainRef, *, raw: bool, timeout: float) -> AgentReply:
        """Ask the agent that libvirt holds; with ``raw`` for its commands, which marks the domain as tainted.

        Unless it is raw, this is the one call that may never return: libvirt may wait for ever for an agent. The caller
        must be ready to give it up.
        """

    def close(self) -> None:
        """Let the connection go; never raises."""
