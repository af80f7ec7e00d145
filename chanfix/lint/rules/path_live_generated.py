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

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Channel, Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.generated import generated, is_dropped
from chanfix.domain.path.kinds import PathKind, channels_with
from chanfix.domain.versions import PATH_BY_ID, Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathLiveGenerated"]


class PathLiveGenerated(Rule):
    """A path that libvirt generated."""

    name = "path-live-generated"
    summary = "the path was generated for a running domain"
    severity = Severity.WARNING
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    about_live_state = True
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/run/libvirt/qemu/channel/7-web/com.example.log.0'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="/run/libvirt/qemu/channel/7-web/com.example.log.0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            version="9.0.0",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/channel/target/web.com.example.log.0'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="/var/lib/libvirt/qemu/channel/target/web.com.example.log.0",
            version="1.0.5",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports with a generated path that may be this domain's."""
        for channel in channels_with(PathKind.LIVE_GENERATED, domain, facts.version, facts.claims):
            what, severity = _what_becomes_of_it(channel, facts.version)
            yield self.finding(
                f"path '{channel.path}' was generated for a running domain; libvirt {facts.version} {what}",
                At(channel.source or channel.node, "path"),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.SAFE),
                severity=severity,
            )


def _what_becomes_of_it(channel: Channel, version: Version) -> tuple[str, Severity | None]:
    if is_dropped(channel, version):
        return "drops it on define", None
    made = generated(channel)
    if made is not None and made.layout.since >= PATH_BY_ID.since:
        return "keeps it and cannot start the domain, as the directory was of that run", Severity.ERROR
    return "keeps it", None
