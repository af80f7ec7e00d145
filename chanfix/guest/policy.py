"""What a guest's agent may do: the line to have in each system's own file, made of what the system ships there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chanfix.errors import UsageError
from chanfix.guest.commands import COMMANDS, power_of
from chanfix.guest.generations import Generation, Style
from chanfix.words import did_you_mean

__all__ = ["Policy", "Rights", "chosen_commands", "effects"]

# Without these no client gets an answer: libvirt and chanfix begin every dialogue with one of them.
_BEGINNINGS = ("guest-sync", "guest-sync-delimited")
# What only a thaw ends. While file systems are frozen, a policy that blocks the thaw holds as well, up to 9.0 at least.
_THAW, _FREEZES = "guest-fsfreeze-thaw", ("guest-fsfreeze-freeze", "guest-fsfreeze-freeze-list")


@dataclass(frozen=True, slots=True)
class Rights:
    """The commands that are to be allowed and to be blocked. Raises ``UsageError`` where they contradict each other."""

    allow: tuple[str, ...] = ()
    block: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        both = [command for command in self.allow if command in self.block]
        if both:
            raise UsageError(f"'{both[0]}' is to be allowed and blocked", hint="name it in one of the two options")
        for command in _BEGINNINGS:
            if command in self.block:
                raise UsageError(
                    f"without '{command}' the agent answers nobody: a dialogue begins with it",
                    hint="to have no agent, stop its service or take the channel out: chanfix remove",
                )

        left = [command for command in _FREEZES if command not in self.block]
        if _THAW in self.block and left:
            raise UsageError(
                f"with '{_THAW}' blocked, what '{left[0]}' freezes stays frozen until the guest is switched off",
                hint="block them together: guest-fsfreeze-*",
            )

    def __bool__(self) -> bool:
        return bool(self.allow or self.block)


@dataclass(frozen=True, slots=True)
class Policy:
    """What one generation of a system has to set for these rights.

    A list of allowed commands never becomes empty, which would allow everything (seen on qemu-ga 10 and 11): the
    beginnings of a dialogue are always in it.
    """

    generation: Generation
    rights: Rights

    @property
    def allowed(self) -> tuple[str, ...]:
        """The list of allowed commands, empty where the system has none."""
        if not self.generation.allowed:
            return ()
        return _changed(self.generation.allowed, self.rights.block, self.rights.allow)

    @property
    def blocked(self) -> tuple[str, ...]:
        """The list of blocked commands, empty where the system lists what is allowed."""
        if self.generation.allowed:
            return ()
        return _changed(self.generation.blocked, self.rights.allow, self.rights.block)

    @property
    def changes(self) -> bool:
        """Return True if the rights differ from what the system ships."""
        return (self.allowed, self.blocked) != (self.generation.allowed, self.generation.blocked)

    @property
    def line(self) -> str:
        """The line to have in the system's file, or the argument of its service."""
        listed, setting = ",".join(self.allowed or self.blocked), self.generation.setting
        if self.generation.style is Style.SERVICE:
            return f"{setting} {listed}" if listed else ""
        if self.generation.style is not Style.ARGUMENTS:
            return f"{setting}={listed}"
        option = "--allow-rpcs" if self.allowed else "--block-rpcs"
        return f'{setting}="{option}={listed}"' if listed else f'{setting}=""'

    @property
    def text(self) -> str:
        """The whole file: the line, and what the system has in the file besides."""
        if self.generation.style is Style.KEY:
            return f"# Read by qemu-ga. Written by chanfix guest-config.\n[general]\n{self.line}\n"
        return f"# Read by the agent's service. Written by chanfix guest-config.\n{self.line}\n{self.generation.also}"


def chosen_commands(lists: Sequence[str], option: str) -> tuple[str, ...]:
    """Return the commands of lists with commas, where ``*`` stands for any letters; none for no list at all.

    Raises ``UsageError`` for lists without a command, and for a name that no agent has: in a list of what is blocked it
    would block nothing.
    """
    chosen: list[str] = []
    for name in filter(None, re.split(r"[\s,]+", ",".join(lists))):
        found = [each for each in COMMANDS if _matches(name, each)]
        if not found:
            hint = did_you_mean(name, COMMANDS, "chanfix ask --schema lists them")
            raise UsageError(f"{option}: no agent has a command '{name}'", hint=hint)
        chosen += found
    if lists and not chosen:
        raise UsageError(f"{option} names no command", hint=f"{option} guest-exec,guest-exec-status")
    return tuple(dict.fromkeys(chosen))


def effects(rights: Rights, policies: Sequence[Policy]) -> Iterable[str]:
    """Yield a line for each command: what becomes of it, and what the host gains or loses by that."""
    for command in rights.allow:
        power = power_of(command)
        warning = f": warning: the host {power}" if power else ""
        shipped = [policy.generation for policy in policies if _is_allowed(command, policy.generation)]
        already = " (as it is shipped)" if len(shipped) == len(policies) else ""
        yield f"{command} is allowed{already}{warning}"
    for command in rights.block:
        power = power_of(command)
        yield f"{command} is blocked" + (f": the host no longer {power}" if power else "")
    if "guest-info" in rights.block:
        yield "without guest-info nobody sees what the agent may do: chanfix status knows no feature of it"
    if "guest-exec" in rights.allow and "guest-exec-status" not in rights.allow:
        yield "guest-exec alone starts programs; guest-exec-status tells how they ended"


def _is_allowed(command: str, generation: Generation) -> bool:
    return command in generation.allowed if generation.allowed else command not in generation.blocked


def _changed(listed: Sequence[str], without: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    kept = [command for command in listed if command not in without]
    return tuple(dict.fromkeys([*kept, *added]))


def _matches(pattern: str, name: str) -> bool:
    # No name is longer, and one star is all that a name needs: linear, whatever is given.
    head, star, tail = pattern.partition("*")
    if not star:
        return pattern == name
    return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)
