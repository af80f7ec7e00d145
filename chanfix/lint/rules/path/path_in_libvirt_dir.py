"""A path of one's own is in libvirt's channel directory, or looks as if.

What it does
    Reports a path in a directory that libvirt keeps for its channels, and one that the libvirt in question takes for
    its own and drops.

Why it matters
    libvirt may lose the path on define without a word, and the program that waits there finds nothing. Which paths go
    depends on the version: before 3.4.0 all below the directory; up to 9.6 those with a dot in the next name, and any
    that ends in ``domain-…/PORT``, wherever it is; from 9.7.0 on only what libvirt could have made. The finding says
    what the version in question does. The directory itself has moved with 9.7.0, and is libvirt's to clear.

Fix
    Drops the path of the agent channel; for a libvirt before 1.0.6, sets ``/var/lib/libvirt/qemu/NAME.agent``.
    Unsafe: somebody chose the path, and may wait there. Other ports have no fix: move the socket to a directory of
    your own.

References
    libvirt ``src/qemu/qemu_domain.c:qemuDomainChrDefDropDefaultPath``; libvirt 3.4.0 release notes;
    https://github.com/autotest/tp-libvirt/pull/5552
"""

from chanfix.domain.path.generated import is_dropped
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, WARNING, Bad, Domain, Facts, Good, Safety


class PathInLibvirtDir(PathRule):
    kind = PathKind.IN_LIBVIRT_DIR
    safety = Safety.UNSAFE
    severity = WARNING
    examples = (
        Bad(
            agent_at("/run/libvirt/qemu/channel/web.agent"),
            at="/run/libvirt/qemu/channel/web.agent",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            port_at("/srv/domain-web/com.example.log.0"),
            at="/srv/domain-web/com.example.log.0",
            version="9.0.0",
        ),
        Good(
            port_at("/srv/domain-web/com.example.log.0"),
            version="9.7.0",
        ),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        version = facts.version
        if is_dropped(port.channel, version):
            what = f"is taken for a generated one: libvirt {version} drops it on define"
        else:
            what = f"is in libvirt's own directory; libvirt {version} keeps it, but that depends on the version"
        return f"path '{port.path}' {what}"
