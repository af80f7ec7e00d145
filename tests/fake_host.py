"""A host in memory that records calls, and does on each of them what a test tells it to. mypy holds it to ``Host``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from chanfix.agent.answer import AgentReply, Heard
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import HostError
from chanfix.host.host import Code, DomainRef, DomainState, Host

REF = DomainRef("web", str(UUID(int=1)))
SHUT_OFF = DomainState(is_running=False, is_paused=False, is_persistent=True, has_managed_save=False, snapshots=())


@dataclass
class FakeHost:
    """A host whose domains all have the same definitions: one domain, unless a test names more."""

    stored: bytes
    running: bytes | None = None
    domain_state: DomainState = SHUT_OFF
    # What libvirt makes of a definition, and what its schema says of one.
    store_as: Callable[[bytes], bytes] = lambda xml: xml
    passes_schema: Callable[[bytes], bool] = lambda xml: True
    # (call, how many-eth) -> what happens right before it.
    events: dict[tuple[str, int], Callable[[], None]] = field(default_factory=dict)
    uri: str = "fake:///"
    version: Version = NEWEST
    qemu: Version | None = None
    domains: tuple[DomainRef, ...] = (REF,)
    calls_at_once: int | None = None
    calls: list[str] = field(default_factory=list)
    defined: list[tuple[bytes, bool]] = field(default_factory=list)

    def fail(self, call: str, number: int = 1, code: int = 1) -> None:
        """Let a call fail, the first one or another."""

        def event() -> None:
            raise HostError(f"{call} failed", code=code)

        self.events[call, number] = event

    def someone_writes(self, xml: bytes, before_call: str, number: int) -> None:
        """Let somebody else define the domain right before a call."""

        def event() -> None:
            self.stored = xml

        self.events[before_call, number] = event

    def names(self) -> list[str]:
        return [ref.name for ref in self.domains]

    def refs(self) -> list[DomainRef]:
        return list(self.domains)

    def find(self, text: str) -> DomainRef:
        for ref in self.domains:
            if ref.name == text:
                return ref
        raise HostError(f"no domain '{text}'", code=Code.NO_DOMAIN)

    def state(self, ref: DomainRef) -> DomainState:
        self._record("state")
        return self.domain_state

    def stored_xml(self, ref: DomainRef) -> bytes:
        self._record("stored_xml")
        return self.stored

    def public_xml(self, ref: DomainRef) -> bytes:
        self._record("public_xml")
        return self.stored

    def running_xml(self, ref: DomainRef) -> bytes | None:
        self._record("running_xml")
        return self.running

    def define(self, xml: bytes, *, validate: bool) -> None:
        self._record("define")
        if validate and not self.passes_schema(xml):
            raise HostError("refused by the schema", code=Code.XML_INVALID_SCHEMA)
        self.defined.append((xml, validate))
        self.stored = self.store_as(xml)

    def attach_device(self, ref: DomainRef, xml: bytes) -> None:
        self._record("attach_device")
        device = xml.strip().replace(b"</channel>", b"<alias name='new'/></channel>")
        self.running = self._what_runs().replace(b"</devices>", device + b"</devices>")

    def detach_device(self, ref: DomainRef, alias: str) -> None:
        self._record("detach_device")
        device = rb"(?s)<channel(?:(?!</channel>).)*<alias name='%s'/>.*?</channel>" % alias.encode()
        self.running = re.sub(device, b"", self._what_runs())

    def follow(self, tell: Callable[[DomainRef], None]) -> Callable[[], None]:
        return lambda: None

    def ask_agent(self, ref: DomainRef, *, raw: bool, timeout: float) -> AgentReply:
        self._record("ask_agent")
        return AgentReply(Heard.NOBODY)

    def close(self) -> None:
        pass

    def _what_runs(self) -> bytes:
        if self.running is None:
            raise HostError("the domain is not running", code=Code.OPERATION_INVALID)
        return self.running

    def _record(self, call: str) -> None:
        self.calls.append(call)
        event = self.events.get((call, Counter(self.calls)[call])) if self.events else None
        if event:
            event()


def as_host(host: FakeHost) -> Host:
    """Return a fake as what it stands for: this is where mypy compares the two."""
    return host
