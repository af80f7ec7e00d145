"""An interface has the host's name for it while the domain ran.

What it does
    Reports a ``<target>`` of an interface whose ``dev`` begins with ``vnet``, ``macvtap`` or ``macvlan``: all those of
    a domain once, in a template once for each block. In a record of libvirt's, as in a snapshot, it is right; so it is
    in the dump of a running domain (``--running``).

Why it matters
    libvirt makes up such a name at each start and drops it on define without a word, also one such as ``vnet-web``
    that a person chose: a firewall rule or a script that relies on it meets another guest's interface.

Fix
    Removes the name, or the whole ``<target>`` when nothing else is in it. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainNetDefParseXML``;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/1692
"""

from collections.abc import Iterator

from chanfix.domain.interface import Interface
from chanfix.domain.values import Known
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Edit, Facts, Good, Node, Rule, and_more, safe
from chanfix.xml.edit import remove_attribute, remove_element
from chanfix.xml.together import nodes_by_block

# Whatever comes behind (virNetDevReserveName and its like).
_GENERATED = ("vnet", "macvtap", "macvlan")


class LiveInterfaceTarget(Rule):
    severity = INFO
    since = "0.2.0"
    about_live_state = True
    examples = (
        Bad(
            """\
<interface type='bridge'>
  <source bridge='br0'/>
  <target dev='vnet3'/>
</interface>
""",
            at="vnet3",
            fixed="""\
<interface type='bridge'>
  <source bridge='br0'/>
</interface>
""",
        ),
        Good(
            """\
<interface type='bridge'>
  <source bridge='br0'/>
  <target dev='web0'/>
</interface>
<interface type='ethernet'>
  <target dev='vnet3' managed='no'/>
</interface>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver:
            return
        for first, *others in nodes_by_block(_generated(domain)):
            names = and_more(f"the name '{first.get('dev')}'", others)
            yield self.finding(
                f"libvirt drops {names} on define: it makes up such names for running domains",
                At(first, "dev"),
                *(At(other, "dev", f"'{other.get('dev')}'") for other in others),
                fix=safe("Leave the name to libvirt", *map(_without_name, (first, *others))),
            )


def _generated(domain: Domain) -> Iterator[Node]:
    """Yield the targets with a name that libvirt makes up."""
    for interface in domain.devices_of("interface"):
        target, name = interface.child("target"), Interface(interface).target
        if target is None or not isinstance(name, Known) or target.get("managed") is not None:
            continue
        if name.value.startswith(_GENERATED):
            yield target


def _without_name(target: Node) -> Edit:
    is_all = len(target.attributes) == 1 and not target.children()
    return remove_element(target) if is_all else remove_attribute(target, "dev")
