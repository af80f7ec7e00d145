"""The root of PCI is that of another machine type.

What it does
    Reports a PCI controller with index 0 that is not the machine's own: ``pci-root`` or a bridge on ``q35`` or the
    ``virt`` of ARM and RISC-V, ``pcie-root`` on ``pc`` and ``pseries``, or no model; and a root with another index,
    but on ``pseries``. Other machine types are not judged.

Why it matters
    libvirt does not define the domain: ``The PCI controller with index='0' must be model='pcie-root' for this machine
    type, but model='pci-root' was found instead``. It comes of changing the machine type of a domain whose controllers
    are written out.

Fix
    Sets the model that the machine has, where no other PCI controller and no PCI address is written. Unsafe: the
    guest's devices are on another bus. With those, there is none: they are meant for the other machine.

References
    libvirt ``src/qemu/qemu_domain_address.c:qemuDomainPCIAddressSetCreate``; ``src/conf/domain_validate.c``
"""

from chanfix.domain.controllers import AnyController
from chanfix.domain.values import Known, Unknown
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import set_attribute

_ROOTS = ("pci-root", "pcie-root")


class PciRootMismatch(Rule):
    severity = ERROR
    refusals = (
        "must be model='*' for this machine type",
        "pci-root and pcie-root controllers should have index *",
    )
    since = "0.2.0"
    only_if_text_has = (b"controller",)
    examples = (
        Bad(
            """\
<controller type='pci' index='0' model='pci-root'/>
""",
            at="pci-root",
            fixed="""\
<controller type='pci' index='0' model='pcie-root'/>
""",
        ),
        Bad(
            """\
<controller type='pci' index='1' model='pcie-root'/>
""",
            at="1",
        ),
        Good(
            """\
<controller type='pci' index='0' model='pcie-root'/>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <os>
    <type machine='pc-i440fx-8.2'>hvm</type>
  </os>
  <devices>
    <controller type='pci' index='0' model='pci-root'/>
  </devices>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        machine = domain.machine
        expected = machine.root_bus
        if not domain.is_qemu or expected is None:
            return
        found = [node for node in domain.devices_of("controller") if node.get("type") == "pci"]
        controllers = [node for node in found if not _is_right(node, expected)]
        first = _first(domain, found) if controllers else None
        for controller in controllers:
            view = AnyController(controller)
            match view.index, view.model:
                case index, Known(model) if model != expected and (
                    index == Known(0) or (index is None and (model in _ROOTS or controller == first))
                ):
                    fix = unsafe(f"Set the model to {expected}", set_attribute(controller, "model", expected))
                    yield self.finding(
                        f"the root of PCI is '{expected}' on this machine type; found '{model}'",
                        At(controller, "model"),
                        fix=fix if model in _ROOTS and _is_alone(domain) else None,
                    )
                case Known(0), None:
                    fix = unsafe(
                        f"Set the model to {expected}", set_attribute(controller, "model", expected, after="index")
                    )
                    yield self.finding(
                        f"the PCI controller with index 0 has no model; expected '{expected}' on this machine type",
                        At(controller, "index"),
                        fix=fix if _is_alone(domain) else None,
                    )
                # POWER has several.
                case Known(index), Known(model) if index and model in _ROOTS and not machine.is_pseries:
                    yield self.finding(f"'{model}' has index {index}; the root of PCI has 0", At(controller, "index"))


def _is_right(controller: Node, expected: str) -> bool:
    """Return True if nothing can be wrong with a controller, as with most: it is the root, with index 0."""
    return controller.get("model") == expected and controller.get("index") == "0"


def _first(domain: Domain, controllers: list[Node]) -> Node | None:
    """Return the controller that libvirt gives the index 0: the first without an index, where none has 0."""
    found = [(AnyController(node), node) for node in controllers]
    is_known = not domain.has_unknown_devices and not any(isinstance(view.index, Unknown) for view, _ in found)
    if not is_known or any(view.index == Known(0) or node.is_conditional for view, node in found):
        return None
    return next((node for view, node in found if view.index is None), None)


def _is_alone(domain: Domain) -> bool:
    """Return True if nothing else is written about PCI."""
    kinds = [node.get("type") for node in domain.devices_of("controller")]
    is_placed = any(one.place.kind == "pci" for one in domain.occupants)
    return kinds.count("pci") == 1 and not is_placed and not domain.has_unknown_devices
