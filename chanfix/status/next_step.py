"""What to do about a verdict: in words, and as a command of the host or of the guest."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from chanfix.agent.answer import Heard
from chanfix.domain.agent_name import AGENT_NAME
from chanfix.status.verdict import Verdict

__all__ = ["NextStep", "command_line", "next_step", "take_away"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next. ``command`` is empty where there is nothing to run.

    A command of the host begins with a program that takes ``-c URI`` as its next words, when a URI was given.
    """

    words: str
    command: tuple[str, ...] = ()
    is_in_guest: bool = False


def next_step(verdict: Verdict, name: str, port: str | None, heard: Heard | None) -> NextStep:
    """Return what to do about the verdict on the domain ``name`` and what was ``heard`` from ``port``."""
    domain = (*(["--"] if name.startswith("-") else []), name)
    if verdict is Verdict.FROZEN:
        return _of_frozen(domain, port)
    if verdict is Verdict.DETACHED:
        return _of_detached(domain, port or "", heard)
    device = f"/dev/virtio-ports/{port}"
    return {
        Verdict.NOT_QEMU: NextStep("nothing to do: its hypervisor has no such agent"),
        Verdict.NOT_CONFIGURED: NextStep("put the channel in place", ("chanfix", "add", *domain)),
        Verdict.MISCONFIGURED: NextStep("repair the channel", ("chanfix", "add", *domain)),
        Verdict.PENDING_POWER_CYCLE: NextStep(
            "shut it down and start it again: a reboot inside the guest is not enough", ("virsh", "shutdown", *domain)
        ),
        Verdict.SHUT_OFF: NextStep("start it", ("virsh", "start", *domain)),
        Verdict.PAUSED: NextStep("let it run on", ("virsh", "resume", *domain)),
        Verdict.DISCONNECTED: NextStep(
            "install and start qemu-guest-agent in the guest", ("systemctl", "start", "qemu-guest-agent"), True
        ),
        Verdict.UNRESPONSIVE: NextStep(
            "restart the agent in the guest", ("systemctl", "restart", "qemu-guest-agent"), True
        ),
        Verdict.SPURIOUS: NextStep("look who has the port open in the guest", ("fuser", "-v", device), True),
        Verdict.RESPONDING: NextStep("nothing to do"),
    }[verdict]


def take_away(name: str, arguments: str) -> NextStep:
    """Return what to do about arguments for QEMU that are in the way of the channel of the domain ``name``."""
    domain = (*(["--"] if name.startswith("-") else []), name)
    return NextStep(f"take these arguments for QEMU away: {arguments}", ("virsh", "edit", *domain))


def command_line(step: NextStep, uri: str | None) -> str:
    """Return the command of a next step as it is typed, '' for none."""
    if not step.command or step.is_in_guest or uri is None:
        return shlex.join(step.command)
    return shlex.join([step.command[0], "-c", uri, *step.command[1:]])


def _of_frozen(domain: tuple[str, ...], port: str | None) -> NextStep:
    words = "thaw them, unless a backup is at work now"
    if port == AGENT_NAME:
        return NextStep(words, ("virsh", "domfsthaw", *domain))
    return NextStep(words, ("chanfix", "ask", "--port", port or "", *domain, "guest-fsfreeze-thaw"))


def _of_detached(domain: tuple[str, ...], port: str, heard: Heard | None) -> NextStep:
    if heard is Heard.ANSWER:
        return NextStep("nothing to do: the socket is your client's")
    if heard is Heard.NOBODY:
        return NextStep("let the guest's agent open this port", ("chanfix", "guest-config", *domain))
    if heard in (Heard.SILENCE, Heard.NONSENSE):
        words = "look who has the port open in the guest"
        if heard is Heard.SILENCE:
            words = f"nothing to do if the socket is your client's, else {words}"
        return NextStep(words, ("fuser", "-v", f"/dev/virtio-ports/{port}"), True)
    return NextStep("to give it back to libvirt", ("chanfix", "attach-libvirt", *domain))
