"""The path is in a directory that is not libvirt's alone.

What it does
    Reports a path below ``/tmp``, ``/var/tmp``, ``/dev/shm`` or ``/home``. ``/run/user/UID`` is fine: it is private
    to the user whose session runs the domain.

Why it matters
    The finding says which of two reasons holds. ``/tmp`` and ``/var/tmp`` are open to every local user, who can put a
    socket of his own in the place: what asks the agent asks him. In ``/home`` and ``/dev/shm`` SELinux and AppArmor may
    not let QEMU make a socket: then the start fails with ``Permission denied`` or ``Operation not permitted``. A home
    directory also bakes the name of a user into the file.

Fix
    Drops the path of the agent channel; for a libvirt before 1.0.6, sets ``/var/lib/libvirt/qemu/NAME.agent``. Safe:
    libvirt finds the agent's socket wherever it is. Unsafe where the agent connects: a relay may listen there. Other
    ports have no fix: move them to a directory of your own.

References
    https://github.com/gardenlinux/gardenlinux/issues/1008; https://github.com/apache/cloudstack/pull/1545
"""

from chanfix.domain.path.kinds import exposing_folder, literal_beginning
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, WARNING, At, Bad, Domain, Facts, Good, Span

_OPEN = "where any local user can put a socket of his own in its place and get at the agent"
_LABELLED = "where SELinux and AppArmor may not let QEMU make a socket"
_REASONS = {"/tmp": _OPEN, "/var/tmp": _OPEN, "/dev/shm": _LABELLED, "/home": _LABELLED}


class PathExposed(PathRule):
    kind = PathKind.EXPOSED
    severity = WARNING
    examples = (
        Bad(
            agent_at("/tmp/web.sock"),
            at="/tmp/web.sock",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            port_at("/home/eve/log.sock", mode="connect"),
            at="/home/eve/log.sock",
        ),
        Good(port_at("/run/user/1000/log.sock")),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        beginning = literal_beginning(port.channel)
        folder = exposing_folder(domain.document.text(beginning) + "x" if beginning else port.path)
        return f"path '{port.path}' is in {folder}, {_REASONS[folder]}; expected a directory of root's or libvirt's"

    def _place(self, port: PortPath) -> At | Span:
        return literal_beginning(port.channel) or super()._place(port)
