"""A network card is one that is emulated in every detail.

What it does
    Reports an ``<interface>`` of a QEMU domain whose model is ``rtl8139``, ``e1000``, ``e1000e``, ``ne2k_pci``,
    ``pcnet`` or one of the ``i8255x`` cards, and on x86 one without a model. Silent for Windows, as the domain's
    metadata name it: it has no driver for virtio of its own. Off by default: some guests know no other card.

Why it matters
    Without a model libvirt takes ``rtl8139`` or ``e1000`` on x86. The host emulates these register by register, many
    times for each packet: throughput is low, and packets are dropped under load.

Fix
    Sets the model ``virtio``. Unsafe: the guest needs a driver for it, and the name of the card in the guest can
    change.

References
    https://libvirt.org/formatdomain.html#setting-the-nic-model; libvirt
    ``src/qemu/qemu_domain.c:qemuDomainDefaultNetModel``
"""

from chanfix.domain.interface import Interface
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Fix, Good, Node, Rule, unsafe
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_after, set_attribute

_SLOW = (
    "rtl8139",
    "e1000",
    "e1000-82544gc",
    "e1000-82545em",
    "e1000e",
    "ne2k_pci",
    "pcnet",
    "i82551",
    "i82557b",
    "i82559er",
)
_CONNECTED = ("bridge", "direct", "ethernet", "internal", "mcast", "network", "server", "client", "udp", "user")


class NicModelSlow(Rule):
    severity = INFO
    since = "0.2.0"
    on_by_default = False
    examples = (
        Bad(
            """\
<interface type='network'>
  <source network='default'/>
  <model type='e1000'/>
</interface>
""",
            at="e1000",
            fixed="""\
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
</interface>
""",
        ),
        Bad(
            """\
<interface type='network'>
  <source network='default'/>
</interface>
""",
            at="<interface type='network'>",
            fixed="""\
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
</interface>
""",
        ),
        Good(
            """\
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
</interface>
<interface type='hostdev' managed='yes'>
  <source>
    <address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x0'/>
  </source>
</interface>
"""
        ),
    )

    def interface(self, interface: Node, domain: Domain, facts: Facts) -> Drafts:
        view, model = Interface(interface), interface.child("model")
        if not domain.is_qemu or not must_be(view.type, *_CONNECTED) or _is_windows(domain):
            return
        match view.model:
            case Known(name) if name in _SLOW:
                at, fact = At(model or interface, "type"), f"the card '{name}' is emulated in every detail"
            case None if domain.machine.is_x86 and model is None:
                at, fact = At(interface), "without a model the card is emulated in every detail"
            case _:
                return
        yield self.finding(f"{fact}; expected 'virtio'", at, fix=_fix(interface, model))


def _fix(interface: Node, model: Node | None) -> Fix | None:
    title, children = "Set the model to virtio", interface.children()
    if model is not None:
        return unsafe(title, set_attribute(model, "type", "virtio"))
    new = Document.parse(b"<model type='virtio'/>").root
    return unsafe(title, insert_after(children[-1], new)) if children else None


def _is_windows(domain: Domain) -> bool:
    """Return True if the metadata of libosinfo name a Windows, or a template may."""
    metadata = domain.node.child("metadata")
    names = (node.get("id") or "" for node in metadata.descendants()) if metadata is not None else ()
    return any("microsoft.com" in name or "{" in name for name in names)
