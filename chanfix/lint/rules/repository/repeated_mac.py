"""Two interfaces have one MAC address.

What it does
    Reports a MAC address that an earlier interface of the same domain has, and one that a domain of another name and
    UUID in another file of the run has; of several that two domains share, all are one finding. Variants of one domain
    share theirs, and so do the two interfaces of a ``<teaming>``. Addresses that a template fills in are not compared,
    nor are a file and one with further endings beside it (``web.xml.generated``).

Why it matters
    libvirt takes both. On one network they get the same DHCP lease, and the switch sends the packets of both to
    whichever spoke last: connections hang, and come back.

Fix
    None: which one keeps it is not known, and a DHCP server may know the address.

References
    https://libvirt.org/formatdomain.html#network-interfaces
"""

from chanfix.domain.identity import Shared
from chanfix.domain.interface import Interface
from chanfix.domain.values import Known
from chanfix.domain.views import interfaces
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, and_more
from chanfix.xml.together import by_block, doubles


class RepeatedMac(Rule):
    severity = WARNING
    since = "0.2.0"
    is_local = False
    only_if_text_has = (b"mac",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:5e:a1:07'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
""",
            at="52:54:00:5e:a1:07",
            beside="""\
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:5E:A1:07'/>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
""",
        ),
        Bad(
            """\
<interface type='network'>
  <mac address='52:54:00:5e:a1:07'/>
  <source network='default'/>
</interface>
<interface type='network'>
  <mac address='52:54:00:5e:a1:07'/>
  <source network='storage'/>
</interface>
""",
            at="52:54:00:5e:a1:07",
        ),
        Good(
            """\
<interface type='network'>
  <mac address='52:54:00:5e:a1:07'/>
  <source network='default'/>
</interface>
<interface type='network'>
  <mac address='52:54:00:5e:a1:08'/>
  <source network='storage'/>
</interface>
"""
        ),
        Good(
            """\
<interface type='network'>
  <mac address='52:54:00:5e:a1:07'/>
  <source network='default'/>
  <model type='virtio'/>
  <teaming type='persistent'/>
  <alias name='ua-backup'/>
</interface>
<interface type='network'>
  <mac address='52:54:00:5e:a1:07'/>
  <source network='functions'/>
  <teaming type='transient' persistent='ua-backup'/>
</interface>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        by_mac: dict[str, list[Interface]] = {}
        for interface in interfaces(domain):
            if isinstance(interface.mac, Known) and not _has_mac_of_another(interface):
                by_mac.setdefault(interface.mac.value, []).append(interface)
        for alike in by_mac.values():
            for later, first in doubles(alike, _node):
                yield self.finding(
                    "another interface has this MAC address already", _mac(later), _mac(first, "that one")
                )
        by_other: dict[str, list[Interface]] = {}
        for twin in facts.twins_of(domain, Shared.MAC):
            other = f"domain '{twin.other.name}' in {twin.where}"
            by_other.setdefault(other, []).extend(by_mac.get(twin.value, [])[:1])
        for other, shared in by_other.items():
            for first, *more in by_block(shared, _node):
                yield self.finding(
                    f"{other} has {and_more('this MAC address', more)} too",
                    _mac(first),
                    *(_mac(each, "another such address") for each in more),
                )


def _has_mac_of_another(interface: Interface) -> bool:
    """Return True for the half of a team that goes away when the guest is migrated: the guest finds it by its MAC."""
    teaming = interface.node.child("teaming")
    return teaming is not None and teaming.get("persistent") is not None


def _node(interface: Interface) -> Node:
    return interface.node


def _mac(interface: Interface, label: str = "") -> At:
    return At(interface.node.child("mac") or interface.node, "address", label)
