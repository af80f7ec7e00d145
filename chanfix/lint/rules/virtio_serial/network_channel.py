"""A channel listens on the network.

What it does
    Reports a channel of type ``tcp`` or ``udp`` in a QEMU domain that listens on another address than loopback
    (``127.0.0.0/8``, ``::1``, ``localhost``). An empty host, and for ``udp`` a missing one, is every address. A ``tcp``
    channel with ``tls='yes'`` is not reported: since libvirt 6.10 a client must show a certificate. Neither is a
    ``udp`` channel whose other end is on loopback: it takes packets from there only.

Why it matters
    Who reaches the port talks to the guest's end of the channel, without a password. For the guest agent that is
    reading and writing files as root, and running commands where that is allowed: an error there.

Fix
    Makes the channel listen on loopback. Unsafe: the program that connects may be on another host. For an agent channel
    the fix of ``agent-not-unix`` goes further and comes first.

References
    https://libvirt.org/formatdomain.html#tcp-client-server; https://www.qemu.org/docs/master/interop/qemu-ga-ref.html;
    libvirt 6.10.0 release notes, "Enable client TLS certificate validation by default"
"""

from chanfix.domain import Channel, Domain, is_templated
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import set_attribute


class NetworkChannel(Rule):
    severity = WARNING
    examples = (
        Bad(
            """\
<channel type='tcp'>
  <source mode='bind' host='0.0.0.0' service='9900'/>
  <target type='virtio' name='com.example.shell'/>
</channel>
""",
            at="0.0.0.0",
            fixed="""\
<channel type='tcp'>
  <source mode='bind' host='127.0.0.1' service='9900'/>
  <target type='virtio' name='com.example.shell'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='udp'>
  <source mode='bind' service='9900'/>
  <source mode='connect' host='192.0.2.7' service='9901'/>
  <target type='virtio' name='com.example.shell'/>
</channel>
""",
            at="<source mode='bind' service='9900'/>",
            fixed="""\
<channel type='udp'>
  <source mode='bind' host='127.0.0.1' service='9900'/>
  <source mode='connect' host='192.0.2.7' service='9901'/>
  <target type='virtio' name='com.example.shell'/>
</channel>
""",
        ),
        Good(
            """\
<channel type='tcp'>
  <source mode='bind' host='127.0.0.1' service='9900'/>
  <target type='virtio' name='com.example.loopback'/>
</channel>
<channel type='tcp'>
  <source mode='bind' host='0.0.0.0' service='9901' tls='yes'/>
  <target type='virtio' name='com.example.encrypted'/>
</channel>
<channel type='tcp'>
  <source mode='connect' host='192.0.2.7' service='9902'/>
  <target type='virtio' name='com.example.client'/>
</channel>
<channel type='udp'>
  <source mode='bind' host='0.0.0.0' service='9903'/>
  <source mode='connect' host='127.0.0.1' service='9904'/>
  <target type='virtio' name='com.example.one-peer'/>
</channel>
<channel type='tcp'>
  <source mode='bind' host='{{ address }}' service='9905'/>
  <target type='virtio' name='com.example.template'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        source = _open_source(channel)
        if source is None or domain.is_of_other_driver:
            return
        host = source.get("host")
        where = f"'{host}'" if host else "every address"
        loopback = "::1" if ":" in (host or "") else "127.0.0.1"
        yield self.finding(
            f"the channel listens on {where}, open to everybody who reaches it; expected '{loopback}'",
            At(source, "host"),
            fix=unsafe("Listen on loopback only", set_attribute(source, "host", loopback, after="mode")),
            severity=ERROR if channel.is_agent else None,
        )


def _open_source(channel: Channel) -> Node | None:
    """Return the source that listens beyond loopback."""
    sources = channel.node.children("source")
    listening = next((source for source in sources if source.get("mode") == "bind"), None)
    if listening is None or _is_loopback(listening.get("host") or ""):
        return None
    if channel.type == "tcp":
        # Without a host libvirt refuses the channel.
        is_open = listening.get("host") is not None and not _may_be_tls(listening.get("tls"))
    elif channel.type == "udp":
        peers = [source.get("host") for source in sources if source.get("mode") != "bind"]
        # QEMU's own word for a missing peer is localhost.
        is_open = not all(_is_loopback(peer or "localhost") for peer in peers)
    else:
        is_open = False
    return listening if is_open else None


def _may_be_tls(tls: str | None) -> bool:
    return tls == "yes" or is_templated(tls)


def _is_loopback(host: str) -> bool:
    """Return True if the address is a loopback one, or comes from a template and may be."""
    from ipaddress import ip_address

    try:
        return host == "localhost" or is_templated(host) or ip_address(host).is_loopback
    except ValueError:
        return False
