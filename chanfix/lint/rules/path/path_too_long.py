"""The path is too long for a Unix socket.

What it does
    Reports a path of over 107 bytes; a letter beyond ASCII has two or more of them in UTF-8.

Why it matters
    Define takes it, the start fails: ``internal error: UNIX socket path '…' too long``. Old versions of QEMU cut the
    path in silence, and libvirt never found the agent.

Fix
    Drops the path of the agent channel, for libvirt to make a short one; for a libvirt before 1.0.6, sets
    ``/var/lib/libvirt/qemu/NAME.agent``. Safe: the domain could not start. Other ports have no fix.

References
    unix(7), ``sun_path``; libvirt ``src/qemu/qemu_command.c:qemuOpenChrChardevUNIXSocket``;
    https://github.com/lago-project/lago/issues/180
"""

from chanfix.domain.path.kinds import MAX_BYTES
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, Bad, Domain, Facts, Good

_LONG = "/srv/machines/of-a-department-of-long-names/in-the-rack-by-the-window/web/sockets/of-the-guest-agent/web.sock"


class PathTooLong(PathRule):
    kind = PathKind.TOO_LONG
    severity = ERROR
    refusals = ("UNIX socket path *too long",)
    examples = (
        Bad(
            agent_at(_LONG),
            at=_LONG,
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            port_at(_LONG),
            at=_LONG,
        ),
        Good(agent_at("/srv/agents/web.sock")),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        # The path itself is left out: it has no end.
        size = len((port.path).encode())
        return f"the path has {size} bytes; a Unix socket takes {MAX_BYTES}"
