"""The path carries the name of another domain.

What it does
    Reports a generated path (see ``path-live-generated``) for a domain of another name, cut to 20 characters as
    libvirt does; and, as a warning, a path ``NAME.agent`` or ``NAME.org.qemu.guest_agent.0`` in libvirt's directories
    whose NAME has nothing in common with the domain's name or UUID. A domain without a name is not looked at.

Why it matters
    It is what a copy of another domain leaves behind. Where libvirt keeps the path, the clone does not start
    (``Failed to bind socket: Permission denied``, ``Unable to bind to UNIX socket path '…': No such file or
    directory``), or takes the socket away from the running original. Where libvirt drops it on define the finding is
    a warning.

Fix
    Drops the path, of the agent channel and of any port whose path libvirt generated. Safe: the path is another
    domain's. For a libvirt before 1.0.6 the agent channel gets ``/var/lib/libvirt/qemu/NAME.agent``.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefGetShortName``;
    https://github.com/avocado-framework/avocado-vt/pull/236
"""

from chanfix.domain.path import generated, kinds
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, WARNING, Bad, Domain, Facts, Good, Severity


class PathOtherDomain(PathRule):
    kind = PathKind.OTHER_DOMAIN
    severity = ERROR
    examples = (
        Bad(
            agent_at("/run/libvirt/qemu/channel/16-mail/org.qemu.guest_agent.0"),
            at="/run/libvirt/qemu/channel/16-mail/org.qemu.guest_agent.0",
            fixed=AGENT_CHANNEL,
            version="9.0.0",
        ),
        Bad(
            agent_at("/var/lib/libvirt/qemu/mail.agent"),
            at="/var/lib/libvirt/qemu/mail.agent",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            port_at("/var/lib/libvirt/qemu/mail.agent", name="org.qemu.guest_agent.1"),
            at="/var/lib/libvirt/qemu/mail.agent",
        ),
        Good(agent_at("/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0")),
        Good(agent_at("/var/lib/libvirt/qemu/qga.agent")),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        end = (
            f"; libvirt {facts.version} drops it on define" if generated.is_dropped(port.channel, facts.version) else ""
        )
        other = kinds.other_name(port.channel, domain)
        return f"path '{port.path}' carries the name '{other}', this domain is '{domain.name}'{end}"

    def _severity(self, port: PortPath, facts: Facts) -> Severity | None:
        return (
            WARNING
            if generated.is_dropped(port.channel, facts.version) or not generated.generated(port.channel)
            else None
        )
