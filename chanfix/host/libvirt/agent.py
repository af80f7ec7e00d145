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

from chanfix.agent.answer import AgentReply, Heard
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
_GUEST_INFO = '{"execute": "guest-info"}'


def ask_agent(libvirt: Any, domain: Any, *, raw: bool, timeout: float) -> AgentReply:
    """Return what the agent answers. Raises libvirt's error when the domain cannot be asked at all."""
    return _raw(libvirt, domain, timeout) if raw else _typed(libvirt, domain)


def reply_of(text: str) -> AgentReply:
    """Return what an agent's answer to ``guest-info`` says; parts of another shape are left out."""
    try:
        answer = json.loads(text)["return"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return AgentReply(Heard.NONSENSE, "its answer to guest-info is none")
    return AgentReply.of_info(answer)


def _typed(libvirt: Any, domain: Any) -> AgentReply:
    kinds = libvirt.VIR_DOMAIN_GUEST_INFO_OS | libvirt.VIR_DOMAIN_GUEST_INFO_HOSTNAME
    works: dict[str, bool] = {}
    # Nothing that touches the guest's disks, which may hang while the agent does not.
    for what, call in (("time", domain.getTime), ("guest info", lambda: domain.guestInfo(kinds))):
        failure = _try(libvirt, call, works, what)
        if failure is not None:
            return failure
    return AgentReply(Heard.ANSWER, works=works)


def _try(libvirt: Any, call: Callable[[], object], works: dict[str, bool], what: str) -> AgentReply | None:
    """Make a call and note whether it worked; return what came in place of an answer."""
    start = time.monotonic()
    try:
        call()
        works[what] = True
    except libvirt.libvirtError as error:
        if _is_unreadable(error):
            return _NO_JSON
        if error.get_error_code() in _ANSWERS:
            works[what] = False
        elif error.get_error_code() != Code.NO_SUPPORT:
            return _failure(error, time.monotonic() - start)
    except SystemError:
        return _NO_TEXT
    return None


def _raw(libvirt: Any, domain: Any, timeout: float) -> AgentReply:
    import libvirt_qemu

    start = time.monotonic()
    try:
        return reply_of(libvirt_qemu.qemuAgentCommand(domain, _GUEST_INFO, max(1, int(timeout)), 0))
    except libvirt.libvirtError as error:
        if _is_unreadable(error):
            return _NO_JSON
        if error.get_error_code() in _ANSWERS:
            return AgentReply(Heard.ANSWER)
        return _failure(error, time.monotonic() - start)
    except SystemError:
        return _NO_TEXT


def _is_unreadable(error: Any) -> bool:
    """Return True if libvirt cannot read what came from the agent."""
    said = (error.get_error_message() or "").lower().removeprefix("internal error: ")
    return error.get_error_code() == Code.INTERNAL_ERROR and said.startswith(_UNREADABLE)


def _failure(error: Any, seconds: float) -> AgentReply:
    code = error.get_error_code()
    if code not in (*_SILENCE, *_FAILED):
        raise error
    if code == Code.OPERATION_TIMEOUT or (code != Code.SYSTEM_ERROR and seconds >= _AT_ONCE):
        said = "it answered the synchronisation, and then nothing" if code == Code.AGENT_COMMAND_TIMEOUT else ""
        return AgentReply(Heard.SILENCE, said)
    return AgentReply(Heard.REFUSED)
