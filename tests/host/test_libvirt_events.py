"""Which of libvirt's events are followed, by what the binding can do."""

from types import SimpleNamespace

import pytest

from chanfix.host.host import Code, DomainRef
from chanfix.host.libvirt.events import follow

LIFECYCLE, AGENT, CHANNEL = 0, 18, 27


class LibvirtError(Exception):
    def __init__(self, code):
        self._code = code

    def get_error_code(self):
        return self._code


class Connection:
    """A connection whose driver refuses some events."""

    def __init__(self, refused=None):
        self.callbacks = {}
        self._refused = refused or {}

    def domainEventRegisterAny(self, domain, event, callback, opaque):  # noqa: N802
        if event in self._refused:
            raise LibvirtError(self._refused[event])
        self.callbacks[event] = callback
        return event

    def domainEventDeregisterAny(self, number):  # noqa: N802
        del self.callbacks[number]


def without_the_name(self, dom, state, reason, opaque): ...


def with_the_name(self, dom, name, state, reason, opaque): ...


def binding(dispatcher=None):
    """A binding; with a dispatcher, one that knows the event of a channel."""
    module = SimpleNamespace(
        VIR_DOMAIN_EVENT_ID_LIFECYCLE=LIFECYCLE,
        VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE=AGENT,
        libvirtError=LibvirtError,
        virConnect=SimpleNamespace(),
    )
    if dispatcher:
        module.VIR_DOMAIN_EVENT_ID_CHANNEL_LIFECYCLE = CHANNEL
        module.virConnect._dispatchDomainEventChannelLifecycleCallback = dispatcher
    return module


@pytest.mark.parametrize(
    ("dispatcher", "events"),
    [
        pytest.param(None, {LIFECYCLE, AGENT}, id="older"),
        pytest.param(without_the_name, {LIFECYCLE, AGENT}, id="crashes"),
        pytest.param(with_the_name, {LIFECYCLE, AGENT, CHANNEL}, id="newer"),
    ],
)
def test_event_of_a_channel_is_followed_where_the_binding_can_pass_it_on(dispatcher, events):
    connection = Connection()
    stop = follow(binding(dispatcher), connection, print)
    assert connection.callbacks.keys() == events
    stop()
    assert connection.callbacks == {}


def test_event_names_the_domain_whatever_else_comes_with_it():
    seen = []
    connection = Connection()
    follow(binding(with_the_name), connection, seen.append)
    domain = SimpleNamespace(name=lambda: "web", UUIDString=lambda: "6d0e0b1e")
    connection.callbacks[CHANNEL](connection, domain, "org.qemu.guest_agent.1", 1, 2, None)
    assert seen == [DomainRef("web", "6d0e0b1e")]


def test_daemon_without_the_event_of_a_channel_is_followed_by_the_others():
    connection = Connection({CHANNEL: Code.INTERNAL_ERROR})
    follow(binding(with_the_name), connection, print)
    assert connection.callbacks.keys() == {LIFECYCLE, AGENT}


def test_driver_without_an_event_is_followed_by_the_others():
    connection = Connection({AGENT: Code.NO_SUPPORT})
    follow(binding(), connection, print)
    assert connection.callbacks.keys() == {LIFECYCLE}


def test_another_error_is_raised():
    with pytest.raises(LibvirtError):
        follow(binding(), Connection({LIFECYCLE: Code.OPERATION_DENIED}), print)
