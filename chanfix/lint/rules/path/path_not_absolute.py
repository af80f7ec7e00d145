"""The path is empty or relative.

What it does
    Reports a path that does not start with ``/``. ``~`` is no home directory here.

Why it matters
    Define takes it. At the start an empty path fails with ``cannot stat '': No such file or directory`` (older
    versions: ``Failed to make a temporary socket name in /tmp``). A relative one is looked for where libvirtd happens
    to run: ``Unable to bind to UNIX socket path 'agents/web.sock': No such file or directory``, or a socket that
    nobody finds.

Fix
    Drops the path of the agent channel; for a libvirt before 1.0.6, sets ``/var/lib/libvirt/qemu/NAME.agent``. Safe:
    no socket could be where the path says. Other ports have no fix.

References
    https://github.com/dmacvicar/terraform-provider-libvirt/pull/163
"""

from chanfix.domain.path.kinds import literal_beginning
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Domain, Facts, Good, Part, Span


class PathNotAbsolute(PathRule):
    kind = PathKind.NOT_ABSOLUTE
    severity = ERROR
    refusals = (
        "Unable to bind to UNIX socket path '*': No such file or directory",
        "cannot stat '*'",
    )
    examples = (
        Bad(
            agent_at(""),
            at="path=''",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            port_at("agents/web.sock"),
            at="agents/web.sock",
        ),
        Good(agent_at("/srv/agents/web.sock")),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        return f"path '{port.path}' is not absolute; expected one that starts with '/'"

    def _place(self, port: PortPath) -> At | Span:
        at = At(port.channel.source or port.channel.node, "path", part=None if port.path else Part.ATTRIBUTE)
        return literal_beginning(port.channel) or at
