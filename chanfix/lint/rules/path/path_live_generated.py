"""The path is one that libvirt made for a running domain.

What it does
    Reports a path of one of the layouts in which libvirt makes them, in the directories of a system, of a user and of
    ``qemu:///embed``: ``channel/target/NAME.PORT``, ``channel/target/domain-NAME/PORT``,
    ``channel/target/domain-ID-NAME/PORT`` and ``/run/libvirt/qemu/channel/ID-NAME/PORT``.
    In a record of libvirt's, as in a snapshot, it is right; so it is in the dump of a running domain (``--running``).

Why it matters
    The path holds the id of one run of the domain; its directory is deleted when that run ends. Most versions of
    libvirt drop it on define, so the file says something that is not so. A version that does not know the layout
    keeps it (9.0 keeps that of 9.7.0, and any whose end is not the name of the port), and the start fails with
    ``Unable to bind to UNIX socket path '…': No such file or directory``; then the finding is an error.

Fix
    Drops the path, of any port: nobody can wait at a path that changes with each start. Safe: libvirt makes one, as
    it did. For a libvirt before 1.0.6 the agent channel gets ``/var/lib/libvirt/qemu/NAME.agent``, and other ports
    have no fix.

References
    libvirt ``src/qemu/qemu_domain.c:qemuDomainChrDefDropDefaultPath``, ``qemuDomainSetPrivatePaths``;
    https://github.com/autotest/tp-libvirt/pull/5552
"""

from chanfix.domain.path.generated import generated, is_dropped
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, WARNING, Bad, Domain, Facts, Good, Severity


class PathLiveGenerated(PathRule):
    kind = PathKind.LIVE_GENERATED
    severity = WARNING
    about_live_state = True
    examples = (
        Bad(
            agent_at("/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0"),
            at="/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            port_at("/run/libvirt/qemu/channel/7-web/com.example.log.0"),
            at="/run/libvirt/qemu/channel/7-web/com.example.log.0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            version="9.0.0",
        ),
        Bad(
            port_at("/var/lib/libvirt/qemu/channel/target/web.com.example.log.0"),
            at="/var/lib/libvirt/qemu/channel/target/web.com.example.log.0",
            version="1.0.5",
        ),
        Good(agent_at("/srv/agents/web.sock")),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        what = "drops it on define" if is_dropped(port.channel, facts.version) else "keeps it"
        if self._severity(port, facts) is ERROR:
            what += " and cannot start the domain, as the directory was of that run"
        return f"path '{port.path}' was generated for a running domain; libvirt {facts.version} {what}"

    def _severity(self, port: PortPath, facts: Facts) -> Severity | None:
        made = generated(port.channel)
        is_lost = made is not None and made.is_of_one_run
        return ERROR if is_lost and not is_dropped(port.channel, facts.version) else None
