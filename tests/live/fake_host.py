"""A host that keeps one domain in memory, records calls, and does on each of them what a test tells it to."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import HostError
from chanfix.host.host import Code, DomainRef, DomainState

REF = DomainRef("web", str(UUID(int=1)))
SHUT_OFF = DomainState(is_running=False, is_paused=False, is_persistent=True, has_managed_save=False, snapshots=())


@dataclass
class FakeHost:
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

    def __post_init__(self):
        self.calls = []
        self.defined = []

    def fail(self, call, number=1, code=1):
        def event():
            raise HostError(f"{call} failed", code=code)

        self.events[call, number] = event

    def someone_writes(self, xml, before_call, number):
        def event():
            self.stored = xml

        self.events[before_call, number] = event

    def names(self):
        return [REF.name]

    def find(self, text):
        return REF

    def state(self, ref):
        self._record("state")
        return self.domain_state

    def stored_xml(self, ref):
        self._record("stored_xml")
        return self.stored

    def public_xml(self, ref):
        self._record("public_xml")
        return self.stored

    def running_xml(self, ref):
        self._record("running_xml")
        return self.running

    def define(self, xml, *, validate):
        self._record("define")
        if validate and not self.passes_schema(xml):
            raise HostError("refused by the schema", code=Code.XML_INVALID_SCHEMA)
        self.defined.append((xml, validate))
        self.stored = self.store_as(xml)

    def attach_device(self, ref, xml):
        self._record("attach_device")
        self._refuse_unless_running()
        device = xml.strip().replace(b"</channel>", b"<alias name='new'/></channel>")
        self.running = self.running.replace(b"</devices>", device + b"</devices>")

    def detach_device(self, ref, alias):
        self._record("detach_device")
        self._refuse_unless_running()
        device = rb"(?s)<channel(?:(?!</channel>).)*<alias name='%s'/>.*?</channel>" % alias.encode()
        self.running = re.sub(device, b"", self.running)

    def close(self):
        pass

    def _refuse_unless_running(self):
        if self.running is None:
            raise HostError("the domain is not running", code=Code.OPERATION_INVALID)

    def _record(self, call):
        self.calls.append(call)
        event = self.events.get((call, Counter(self.calls)[call]))
        if event:
            event()
