"""The calls that reach a guest's agent through libvirt.

libvirt's error numbers alone do not tell an agent that is silent from one that talks nonsense: either way it waits
five seconds for the right answer to ``guest-sync`` and says 86. It does tell a port that it has given up on (86
at once, while somebody has the port open), which takes a flood, or nonsense in the middle of a dialogue. Since 11.2.0
an agent that falls silent after ``guest-sync`` is 112 (86 before), and one that refuses a command is 113 (1 before). An
agent that goes away when it is asked is 86 or 112 at once (seen on 11.3.0).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from chanfix.agent.answer import AgentReply, Heard, NoMoreError, RefusedError, more_of
from chanfix.agent.told import addresses_of_libvirt, is_frozen_error, os_of
from chanfix.host.host import Code

__all__ = ["ask_agent", "reply_of"]

# What an agent answers with an error, or libvirt makes of an answer that lacks something.
_ANSWERS = (Code.INTERNAL_ERROR, Code.AGENT_COMMAND_FAILED)
_SILENCE = (Code.AGENT_COMMAND_TIMEOUT, Code.OPERATION_TIMEOUT)
_FAILED = (Code.AGENT_UNRESPONSIVE, Code.SYSTEM_ERROR)
# In seconds. libvirt waits five for an agent that it does ask.
_AT_ONCE = 2.0
# libvirt's error quotes the bytes that came, and its Python binding fails with a SystemError where they are no UTF-8.
_NO_TEXT = AgentReply(Heard.NONSENSE, "its answer is no text")
_NO_JSON = AgentReply(Heard.NONSENSE, "its answer is no JSON")
# What libvirt reports as an internal error of its own when it cannot read an answer (qemuAgentIOProcessLine in
# src/qemu/qemu_agent.c): with yajl, with json-c since 11.3 at the latest, and of JSON that is no reply. It repeats this
# to whoever asks before it has given up on the port.
_UNREADABLE = ("cannot parse json", "failed to parse json", "parsed json reply", "unknown json reply")
# How much of the agent's own words is kept, in characters.
_QUOTED = 300
# What is asked of an agent that has answered already: an error of libvirt's own there says nothing of the agent. The
# test driver has several, as 43 for a network that is not there.
_SPARE = ("addresses",)


def ask_agent(libvirt: Any, domain: Any, *, raw: bool, timeout: float) -> AgentReply:
    """Return what the agent answers. Raises libvirt's error when the domain cannot be asked at all."""
    return _raw(libvirt, domain, timeout) if raw else _typed(libvirt, domain)


def reply_of(text: str) -> AgentReply:
    """Return what an agent's answer to ``guest-info`` says; parts of another shape are left out."""
    try:
        answer = _return_of(text)
    except ValueError:
        return AgentReply(Heard.NONSENSE, "its answer to guest-info is none")
    return AgentReply.of_info(answer)


def _typed(libvirt: Any, domain: Any) -> AgentReply:
    kinds = libvirt.VIR_DOMAIN_GUEST_INFO_OS | libvirt.VIR_DOMAIN_GUEST_INFO_HOSTNAME
    source = libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT
    calls: dict[str, Callable[[], object]] = {
        "time": domain.getTime,
        "guest info": lambda: domain.guestInfo(kinds),
        "addresses": lambda: domain.interfaceAddresses(source),
    }
    heard: dict[str, object] = {}
    refusals: dict[str, str] = {}
    # Nothing that touches the guest's disks, which may hang while the agent does not.
    for what, call in calls.items():
        failure = _try(libvirt, call, what, heard, refusals)
        if failure is not None:
            return failure
    return AgentReply(
        Heard.ANSWER,
        works={what: what in heard for what in calls if what in heard or what in refusals},
        refusals=refusals,
        addresses=addresses_of_libvirt(heard.get("addresses")),
        system=os_of(heard.get("guest info"), "os."),
        # An answer to any of these shows that nothing is frozen.
        is_frozen=any(map(is_frozen_error, refusals.values())) or (False if heard else None),
    )


def _try(
    libvirt: Any, call: Callable[[], object], what: str, heard: dict[str, object], refusals: dict[str, str]
) -> AgentReply | None:
    """Make a call and keep what is heard, or the agent's words when it refuses; return what came in place of both."""
    start = time.monotonic()
    try:
        heard[what] = call()
    except libvirt.libvirtError as error:
        if _is_unreadable(error):
            return _NO_JSON
        code = error.get_error_code()
        if code in _ANSWERS:
            refusals[what] = _said(error)
        elif code in (*_SILENCE, *_FAILED) or (what not in _SPARE and code != Code.NO_SUPPORT):
            return _failure(error, time.monotonic() - start)
    except SystemError:
        return _NO_TEXT
    return None


def _raw(libvirt: Any, domain: Any, timeout: float) -> AgentReply:
    deadline = time.monotonic() + timeout
    start = time.monotonic()
    try:
        reply = reply_of(_command(domain, "guest-info", timeout))
    except libvirt.libvirtError as error:
        if _is_unreadable(error):
            return _NO_JSON
        if error.get_error_code() in _ANSWERS:
            return AgentReply.of_refused_info(_said(error))
        return _failure(error, time.monotonic() - start)
    except SystemError:
        return _NO_TEXT

    def ask(command: str) -> object:
        left = deadline - time.monotonic()
        if left < 1:  # libvirt counts whole seconds
            raise NoMoreError
        try:
            return _return_of(_command(domain, command, left))
        except libvirt.libvirtError as error:
            if error.get_error_code() in _ANSWERS and not _is_unreadable(error):
                raise RefusedError(_said(error)) from None
            raise NoMoreError from None
        except (SystemError, ValueError):
            raise NoMoreError from None

    return more_of(reply, ask)


def _command(domain: Any, command: str, seconds: float) -> str:
    import libvirt_qemu

    question = json.dumps({"execute": command})
    answer: str = libvirt_qemu.qemuAgentCommand(domain, question, max(1, int(seconds)), 0)
    return answer


def _return_of(text: str) -> object:
    """Return what an agent's reply holds. Raises ``ValueError`` for what is no reply."""
    try:
        return json.loads(text)["return"]
    except (KeyError, TypeError, RecursionError):
        raise ValueError(text[:1]) from None


def _said(error: Any) -> str:
    """Return the words of an agent that refuses, behind libvirt's own: a few hundred letters at most."""
    return str(error.get_error_message() or "")[:_QUOTED]


def _is_unreadable(error: Any) -> bool:
    """Return True if libvirt cannot read what came from the agent."""
    # The number alone does not tell: a command that fails in the guest has it as well.
    if error.get_error_code() != Code.INTERNAL_ERROR:
        return False
    return (error.get_error_message() or "").lower().removeprefix("internal error: ").startswith(_UNREADABLE)


def _failure(error: Any, seconds: float) -> AgentReply:
    code = error.get_error_code()
    if code not in (*_SILENCE, *_FAILED):
        raise error
    if code == Code.OPERATION_TIMEOUT or (code != Code.SYSTEM_ERROR and seconds >= _AT_ONCE):
        said = "it answered the synchronisation, and then nothing" if code == Code.AGENT_COMMAND_TIMEOUT else ""
        return AgentReply(Heard.SILENCE, said)
    return AgentReply(Heard.REFUSED)
