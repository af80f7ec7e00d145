"""The path is the example of libvirt's documentation.

What it does
    Reports ``/var/lib/libvirt/qemu/f16x86_64.agent`` on a domain that is not called ``f16x86_64``.

Why it matters
    It is one path for every domain made from the text. The domain that starts second takes the socket away from the
    first, without a word, or fails with ``Permission denied``; the agent of the first seems dead. virt-clone does not
    clear it, as the path holds no name of the port.

Fix
    Drops the path of the agent channel, for libvirt to make one at each start; for a libvirt before 1.0.6, sets
    ``/var/lib/libvirt/qemu/NAME.agent``. Safe: libvirt finds the agent's socket wherever it is. Other ports have no
    fix.

References
    https://wiki.libvirt.org/Qemu_guest_agent.html; https://github.com/kubevirt/kubevirt/pull/1543
"""

from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, WARNING, Bad, Domain, Facts, Good


class PathDocExample(PathRule):
    kind = PathKind.DOC_EXAMPLE
    severity = WARNING
    examples = (
        Bad(
            agent_at("/var/lib/libvirt/qemu/f16x86_64.agent"),
            at="/var/lib/libvirt/qemu/f16x86_64.agent",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            agent_at("/var/lib/libvirt/qemu/f16x86_64.agent"),
            at="/var/lib/libvirt/qemu/f16x86_64.agent",
            fixed=agent_at("/var/lib/libvirt/qemu/web.agent"),
            version="1.0.5",
        ),
        Bad(
            port_at("/var/lib/libvirt/qemu/f16x86_64.agent", name="org.qemu.guest_agent.1"),
            at="/var/lib/libvirt/qemu/f16x86_64.agent",
        ),
        Good(agent_at("/var/lib/libvirt/qemu/web.agent")),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        return f"path '{port.path}' is the example of libvirt's documentation, the same for every domain"
