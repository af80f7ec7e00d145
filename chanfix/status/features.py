"""What an agent would do: each feature that people want of it, and why one of them does not work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chanfix.agent.answer import AgentReply
from chanfix.agent.told import is_frozen_error
from chanfix.guest.commands import COMMANDS
from chanfix.guest.generations import Generation, generation_of
from chanfix.guest.selinux import CONFINED, booleans_of
from chanfix.words import some_of

__all__ = ["FEATURES", "TYPED", "Feature", "features", "may_be_frozen", "notes_of", "policy_of"]

# What people want of an agent -> the commands that it takes.
FEATURES = {
    "shutdown": ("guest-shutdown",),
    "reboot": ("guest-shutdown",),
    "addresses": ("guest-network-get-interfaces",),
    "quiesced snapshot": ("guest-fsfreeze-freeze", "guest-fsfreeze-thaw"),
    "time": ("guest-get-time", "guest-set-time"),
    "guest info": ("guest-get-osinfo", "guest-get-host-name"),
    "exec": ("guest-exec", "guest-exec-status"),
    "file": ("guest-file-open", "guest-file-read", "guest-file-write", "guest-file-close"),
    "password": ("guest-set-user-password",),
    "ssh keys": (
        "guest-ssh-get-authorized-keys",
        "guest-ssh-add-authorized-keys",
        "guest-ssh-remove-authorized-keys",
    ),
}
# The features that libvirt's own calls find out, which do not taint a domain. The time is read, not set.
TYPED = ("addresses", "time", "guest info")
_NO_ADDRESS = "no address yet"
_FROZEN = "file systems are frozen"
_NO_VSS = "the VSS provider does not answer"
# Up to QEMU 9.0 the agent of Windows disables these itself where it finds no VSS provider, and lists them as disabled
# (ga_command_init_blockedrpcs in qga/commands-win32.c).
_WITHOUT_VSS = ("guest-get-fsinfo", "guest-fsfreeze-status", "guest-fsfreeze-freeze", "guest-fsfreeze-thaw")
_DISABLED = re.compile(r"[Cc]ommand (guest-[a-z-]{1,60}) has been disabled")
_SHOWN = 4
# What SELinux restricts is noted for these alone: RHEL allows them to nobody as it is shipped.
_CONFINED = ("exec", "file")
# How much of a guest's own words is shown, in characters.
_QUOTED = 200


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature. ``works`` is None where it is not known; ``reason`` says in words why it does not work.

    ``blocked`` are the commands that the guest's policy blocks. All texts may hold the guest's words.
    """

    name: str
    works: bool | None
    reason: str = ""
    blocked: tuple[str, ...] = ()


def features(reply: AgentReply) -> tuple[Feature, ...]:
    """Return all features of an agent that answers, in the order of ``FEATURES``.

    What was tried and worked says something of reading alone: the time was read, not set.
    """
    tried = _tried if reply.commands is None else _listed
    return tuple(_checked(tried(name, reply), reply) for name in FEATURES)


def policy_of(reply: AgentReply) -> Generation | None:
    """Return where the guest's system sets what its agent may do, None where that is not known."""
    return generation_of(reply.system.id, reply.system.version) if reply.system else None


def notes_of(reply: AgentReply) -> tuple[str, ...]:
    """Return what stands in the way of a feature that works as far as the agent goes."""
    if "guest-info" in reply.refusals:
        return (f"it does not list its commands: {reply.refusals['guest-info'][:_QUOTED]}",)
    policy = policy_of(reply)
    if policy is None or policy.system not in CONFINED:
        return ()
    works = [feature.name for feature in features(reply) if feature.works and feature.name in _CONFINED]
    commands = [command for name in works for command in FEATURES[name]]
    return tuple(f"with SELinux, {each.confined} unless {each.name} is on" for each in booleans_of(commands))


def may_be_frozen(reply: AgentReply) -> bool:
    """Return True if the agent answered no call of libvirt's, each because the command is disabled.

    qemu-ga 10 says the same of a command that its policy blocks and of one that waits for a thaw.
    """
    said = [reply.refusals.get(name, "") for name in reply.works]
    return bool(said) and not any(reply.works.values()) and all(map(_DISABLED.search, said)) and not reply.is_frozen


def _checked(feature: Feature, reply: AgentReply) -> Feature:
    """Return a feature with what is known beyond its commands: a command that is enabled may still be of no use."""
    if reply.is_frozen and feature.works is not True:
        return Feature(feature.name, feature.works, _FROZEN if feature.works is False else "")
    if feature.works is not True:
        return feature
    if feature.name == "addresses" and reply.addresses is not None:
        if not any(address.is_usable for address in reply.addresses):
            return Feature(feature.name, False, _NO_ADDRESS)
    elif feature.name == "addresses" and "guest-network-get-interfaces" in reply.refusals:
        return Feature(feature.name, False, _quoted(reply.refusals["guest-network-get-interfaces"]))
    # Since QEMU 9.1 the agent of Windows says it when it is asked.
    if feature.name == "quiesced snapshot" and _is_windows(reply) and "guest-fsfreeze-status" in reply.refusals:
        return Feature(feature.name, False, _NO_VSS)
    return feature


def _is_windows(reply: AgentReply) -> bool:
    return reply.system is not None and reply.system.id == "mswindows"


def _listed(name: str, reply: AgentReply) -> Feature:
    """Return a feature by the agent's own list of commands."""
    commands = reply.commands or {}
    if name == "quiesced snapshot" and _is_windows(reply) and all(commands.get(each) is False for each in _WITHOUT_VSS):
        return Feature(name, False, _NO_VSS)
    missing = tuple(command for command in FEATURES[name] if command not in commands)
    blocked = tuple(command for command in FEATURES[name] if commands.get(command) is False)
    reasons = []
    if blocked:
        reasons.append(f"{_names(blocked)} blocked by {_where(reply)}")
    if missing:
        reasons.append(f"this agent has no {_names(missing)}, that of QEMU {_newest(missing)} has")
    return Feature(name, not reasons, "; ".join(reasons), blocked)


def _tried(name: str, reply: AgentReply) -> Feature:
    """Return a feature by the call that was made for it."""
    works = reply.works.get(name)
    said = reply.refusals.get(name, "")
    if works is not False or is_frozen_error(said):
        return Feature(name, works)
    if found := _DISABLED.search(said):
        if may_be_frozen(reply):
            return Feature(name, False, f"{found[1]} is disabled")
        return Feature(name, False, f"{found[1]} blocked by {_where(reply)}", (found[1],))
    return Feature(name, False, _quoted(said))


def _where(reply: AgentReply) -> str:
    policy = policy_of(reply)
    return f"{policy.setting} in {policy.path}" if policy else "the guest's policy"


def _names(commands: Sequence[str]) -> str:
    return some_of(commands, _SHOWN)


def _newest(commands: Iterable[str]) -> str:
    return max((COMMANDS[name].since for name in commands), key=lambda since: tuple(map(int, since.split("."))))


def _quoted(said: str) -> str:
    return f"it fails: {said[:_QUOTED]}" if said else "it fails"
