"""A host reached through libvirt.

libvirt's errors and untyped objects stop here. Its messages are passed on, so they may hold what a hostile domain
is called; they must be escaped when they are shown.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from chanfix.agent.answer import AgentReply
from chanfix.domain.versions import Version
from chanfix.errors import HostError
from chanfix.host.deadline import within
from chanfix.host.host import Code, DomainRef, DomainState, Host
from chanfix.host.libvirt.agent import ask_agent
from chanfix.host.libvirt.binding import load
from chanfix.host.libvirt.devices import detach_device
from chanfix.host.libvirt.events import follow
from chanfix.words import did_you_mean
from chanfix.xml.decode import decode

__all__ = ["TIMEOUT", "connect"]

# In seconds. A first call on qemu:///embed asks QEMU for what it can do, which took up to 15 seconds.
TIMEOUT = 30.0

# As virsh has them by default: a connection is dead after that many unanswered pings, one each so many seconds.
_PING_SECONDS = 5
_PINGS = 5

# libvirtd takes five calls of a client at a time (max_client_requests): one is kept free.
_CALLS_AT_ONCE = 4
_NAMES_SHOWN = 5
_DECLARED_ENCODING = r"""\A(\ufeff?<\?xml\s[^>]*?)\sencoding\s*=\s*(?:"[^"]*"|'[^']*')"""
_ONLY_READS = "this connection may only read: open one that may write"

T = TypeVar("T")


def connect(uri: str | None, *, readonly: bool, timeout: float = TIMEOUT) -> Host:
    """Open a connection; None takes what libvirt itself would take. No call on it takes longer than ``timeout``.

    Raises ``HostError`` when libvirt's Python binding is not installed and when the host cannot be reached in time.
    """
    libvirt = load()
    opening = libvirt.openReadOnly if readonly else libvirt.open
    target = "libvirt's default connection" if uri is None else f"'{uri}'"
    virsh = shlex.join(["virsh", *(["-c", uri] if uri is not None else []), "version"])
    way_out = f"check that libvirt runs there and lets you in: {virsh}"
    try:
        return within(timeout, lambda: LibvirtHost(libvirt, opening(uri), timeout))
    except TimeoutError:
        raise HostError(f"{target} gave no answer within {timeout:g} seconds", hint=way_out) from None
    except libvirt.libvirtError as error:
        if error.get_error_code() == Code.NO_CONNECT:
            way_out = "name a URI that this libvirt has a driver for, as in qemu:///system"
        raise _translate(f"cannot connect to {target}", error, way_out) from None
    except ValueError:  # a NUL, or bytes that are no UTF-8
        raise HostError(f"{target} is no URI", hint="name one as in qemu:///system") from None


class LibvirtHost:
    """A ``Host``. After a call that got no answer the connection is not used again."""

    def __init__(self, libvirt: Any, connection: Any, timeout: float) -> None:
        self._libvirt = libvirt
        self._connection = connection
        self._timeout = timeout
        self._is_stuck = False
        self.uri = str(connection.getURI())
        self.version = Version.from_number(connection.getLibVersion())
        self.calls_at_once: int | None = None
        with suppress(libvirt.libvirtError):  # drivers inside this process have nothing to keep alive
            connection.setKeepAlive(_PING_SECONDS, _PINGS)
            self.calls_at_once = _CALLS_AT_ONCE

    @property
    def qemu(self) -> Version | None:
        """The version of QEMU, which libvirt may have to ask first; None of other hypervisors, or if it refuses."""
        try:
            number = self._ask(
                f"cannot ask '{self.uri}' for its QEMU",
                lambda: self._connection.getVersion() if self._connection.getType() == "QEMU" else 0,
            )
        except HostError:
            return None
        return Version.from_number(number) if number else None

    def names(self) -> list[str]:
        """Return the names of all domains, sorted."""
        return [ref.name for ref in self.refs()]

    def refs(self) -> list[DomainRef]:
        """Return all domains, sorted by name."""
        domains = self._ask(f"cannot list the domains of '{self.uri}'", self._connection.listAllDomains)
        return sorted((DomainRef(domain.name(), domain.UUIDString()) for domain in domains), key=lambda ref: ref.name)

    def find(self, text: str) -> DomainRef:
        """Return the domain with that name, else that id, else that UUID."""
        found = self._look_up(text, self._connection.lookupByName, text)
        if found is None and re.fullmatch(r"[0-9]{1,9}", text):
            found = self._look_up(text, self._connection.lookupByID, int(text))
        if found is None and (uuid := _uuid(text)):
            found = self._look_up(text, self._connection.lookupByUUIDString, uuid)
        if found is None:
            raise self._not_found(text)
        return found

    def state(self, ref: DomainRef) -> DomainState:
        """Return what the domain is doing and what is kept of it."""

        def read(domain: Any) -> DomainState:
            return DomainState(
                is_running=bool(domain.isActive()),
                is_paused=domain.state()[0] == self._libvirt.VIR_DOMAIN_PAUSED,
                is_persistent=bool(domain.isPersistent()),
                has_managed_save=self._if_supported(lambda: bool(domain.hasManagedSaveImage()), False),
                snapshots=self._if_supported(lambda: tuple(domain.snapshotListNames()), ()),
            )

        return self._ask_domain(f"cannot read the state of domain '{ref.name}'", ref, read)

    def stored_xml(self, ref: DomainRef) -> bytes:
        """Return the stored definition with its passwords."""
        flags = self._libvirt.VIR_DOMAIN_XML_INACTIVE | self._libvirt.VIR_DOMAIN_XML_SECURE
        return self._xml("the stored definition", ref, flags)

    def public_xml(self, ref: DomainRef) -> bytes:
        """Return the stored definition without passwords."""
        return self._xml("the stored definition", ref, self._libvirt.VIR_DOMAIN_XML_INACTIVE)

    def running_xml(self, ref: DomainRef) -> bytes | None:
        """Return the definition that runs, without passwords, or None when the domain is shut off."""

        def read(domain: Any) -> bytes | None:
            return bytes(domain.XMLDesc(0).encode()) if domain.isActive() else None

        return self._ask_domain(f"cannot read the running definition of domain '{ref.name}'", ref, read)

    def define(self, xml: bytes, *, validate: bool) -> None:
        """Replace the stored definition of the domain whose name and UUID are in ``xml``."""
        text = _text(xml)
        flags = self._libvirt.VIR_DOMAIN_DEFINE_VALIDATE if validate else 0
        self._ask(
            "cannot define the domain",
            lambda: self._connection.defineXMLFlags(text, flags),
            when_late="it may still be defined: look at it before trying again",
        )

    def follow(self, tell: Callable[[DomainRef], None]) -> Callable[[], None]:
        """Call ``tell`` from another thread with each domain that changes, or whose agent comes or goes."""
        failing = f"cannot follow the domains of '{self.uri}'"
        stop = self._ask(failing, lambda: follow(self._libvirt, self._connection, tell))

        def end() -> None:
            with suppress(HostError):
                self._ask(failing, stop)

        return end

    def attach_device(self, ref: DomainRef, xml: bytes) -> None:
        """Plug a device into the running domain, and into nothing else."""
        text, live = _text(xml), self._libvirt.VIR_DOMAIN_AFFECT_LIVE
        failing = f"cannot attach the channel to the running domain '{ref.name}'"
        late = "it may still be attached: look at the running domain before trying again"
        self._ask_domain(failing, ref, lambda domain: domain.attachDeviceFlags(text, live), when_late=late)

    def detach_device(self, ref: DomainRef, alias: str) -> None:
        """Unplug a device from the running domain, and wait a while for it to go."""

        def detach(domain: Any) -> None:
            detach_device(self._libvirt, self._connection, domain, alias, seconds=self._timeout / 2)

        failing = f"cannot detach the channel from the running domain '{ref.name}'"
        late = "it may still go: look at the running domain before trying again"
        self._ask_domain(failing, ref, detach, when_late=late)

    def ask_agent(self, ref: DomainRef, *, raw: bool, timeout: float) -> AgentReply:
        """Ask the agent that libvirt holds, without a bound of our own."""
        try:
            domain = self._connection.lookupByUUIDString(ref.uuid)
            return ask_agent(self._libvirt, domain, raw=raw, timeout=timeout)
        except self._libvirt.libvirtError as error:
            raise self._refusal(f"cannot ask the agent of domain '{ref.name}'", error) from None

    def close(self) -> None:
        """Let the connection go; never raises."""
        with suppress(HostError):
            self._ask("cannot close", self._connection.close)

    def _xml(self, what: str, ref: DomainRef, flags: int) -> bytes:
        return self._ask_domain(
            f"cannot read {what} of domain '{ref.name}'", ref, lambda domain: bytes(domain.XMLDesc(flags).encode())
        )

    def _look_up(self, text: str, lookup: Callable[[Any], Any], key: str | int) -> DomainRef | None:
        def read() -> DomainRef:
            domain = lookup(key)
            return DomainRef(domain.name(), domain.UUIDString())

        try:
            return self._ask(f"cannot look up domain '{text}'", read)
        except HostError as error:
            if error.code == Code.NO_DOMAIN:
                return None
            raise
        except ValueError:  # a NUL, or bytes that are no UTF-8: no domain can be called that
            return None

    def _not_found(self, text: str) -> HostError:
        names = self.names()
        shown = ", ".join(f"'{name}'" for name in names[:_NAMES_SHOWN])
        there = f"its domains: {shown}" + (", ..." if len(names) > _NAMES_SHOWN else "")
        hint = did_you_mean(
            text, names, there if names else "it has no domains at all: is this the connection you mean", most=3
        )
        return HostError(f"no domain '{text}' on '{self.uri}'", hint=hint, code=Code.NO_DOMAIN)

    def _ask_domain(self, failing: str, ref: DomainRef, read: Callable[[Any], T], *, when_late: str | None = None) -> T:
        return self._ask(failing, lambda: read(self._connection.lookupByUUIDString(ref.uuid)), when_late=when_late)

    def _ask(self, failing: str, call: Callable[[], T], *, when_late: str | None = None) -> T:
        """Make a call of libvirt; ``failing`` begins the sentence of what happens when it fails."""
        if self._is_stuck:
            raise HostError(f"{failing}: libvirt left an earlier call without an answer")
        try:
            return within(self._timeout, call)
        except TimeoutError:
            self._is_stuck = True
            raise HostError(
                f"{failing}: libvirt gave no answer within {self._timeout:g} seconds", hint=when_late
            ) from None
        except self._libvirt.libvirtError as error:
            refusal = self._refusal(failing, error)
            if when_late and not self._is_alive():
                refusal.hint = when_late
            raise refusal from None

    def _is_alive(self) -> bool:
        """Return True if the connection still works. If it broke, a call may have been made and its answer lost."""
        try:
            return bool(self._connection.isAlive())
        except self._libvirt.libvirtError:
            return False

    def _refusal(self, failing: str, error: Any) -> HostError:
        denied = error.get_error_code() == Code.OPERATION_DENIED
        return _translate(failing, error, _ONLY_READS if denied else None)

    def _if_supported(self, call: Callable[[], T], otherwise: T) -> T:
        try:
            return call()
        except self._libvirt.libvirtError as error:
            if error.get_error_code() == Code.NO_SUPPORT:
                return otherwise
            raise


def _translate(failing: str, error: Any, hint: str | None) -> HostError:
    # Only the first line: behind it libvirt quotes the XML it was given, with the passwords in it.
    said = str(error.get_error_message() or error).partition("\n")[0].strip()
    return HostError(f"{failing}: {said}", hint=hint, code=error.get_error_code() or 0)


def _text(xml: bytes) -> str:
    """Decode a definition, without the encoding that it declares.

    The binding hands it on as UTF-8. The libxml2 of libvirt 12.8 (2.15) goes by what is declared, older ones do not.
    """
    decoded = decode(xml)
    return re.sub(_DECLARED_ENCODING, r"\1", decoded.data.decode(decoded.encoding), count=1)


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
