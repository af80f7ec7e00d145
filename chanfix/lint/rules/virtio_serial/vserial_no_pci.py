"""A virtio port is on a machine type without a bus for its controller.

What it does
    Reports a domain for x86 with a virtio channel, a virtio console or a virtio-serial controller and the machine type
    ``isapc``, ``microvm`` or ``none``. A ``microvm`` whose controllers are all declared with a ``virtio-mmio`` address
    is fine: it defines and starts.

Why it matters
    libvirt puts a virtio-serial controller on PCI, and does not define the domain: ``XML error: No PCI buses
    available``. On ``isapc`` a ``virtio-mmio`` address passes that, and QEMU does not start: ``No 'virtio-bus' bus
    found for device 'virtio-serial-device'``. libvirt runs no domain of the type ``none`` at all.

Fix
    None: another machine type is another computer.

References
    libvirt ``src/qemu/qemu_domain_address.c:qemuDomainAssignPCIAddresses``
"""

from chanfix.domain.virtio_serial import controllers_by_index, ports_asked_for, virtio_devices
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule

_WITHOUT_PCI = frozenset({"isapc", "microvm", "none"})
# A domain that does not name its architecture gets the host's.
_X86 = frozenset({None, "i686", "x86_64"})


class VserialNoPci(Rule):
    severity = ERROR
    only_if_text_has = (b"isapc", b"microvm", b"none")
    refusals = (
        "No PCI buses available",
        "No 'virtio-bus' bus found",
    )
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <os>
    <type arch='x86_64' machine='isapc'>hvm</type>
  </os>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            at="isapc",
        ),
        Good(
            """\
<domain type='kvm'>
  <os>
    <type arch='x86_64' machine='microvm'>hvm</type>
  </os>
  <devices>
    <controller type='virtio-serial' index='0'>
      <address type='virtio-mmio'/>
    </controller>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <os>
    <type arch='x86_64' machine='isapc'>hvm</type>
  </os>
  <devices>
    <serial type='pty'/>
  </devices>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        machine = _machine(domain)
        if machine is None or machine.get("arch") not in _X86 or domain.is_of_other_driver:
            return
        users = [device.node for device in virtio_devices(domain)]
        users += [controller.node for controller in domain.virtio_serial_controllers]
        if not users:
            return
        if machine.get("machine") == "microvm" and _is_all_on_mmio(domain):
            return
        yield self.finding(
            f"the machine type '{machine.get('machine')}' has no PCI bus for a virtio-serial controller",
            At(machine, "machine"),
            At(users[0], label="this needs the controller"),
        )


def _machine(domain: Domain) -> Node | None:
    """Return the ``<os><type>`` of a machine without PCI."""
    os = domain.node.child("os")
    machine = os.child("type") if os is not None else None
    return machine if machine is not None and machine.get("machine") in _WITHOUT_PCI else None


def _is_all_on_mmio(domain: Domain) -> bool:
    """Return True if every controller has a virtio-mmio address. A controller that libvirt would add has none."""
    declared = controllers_by_index(domain)
    wanted = {port.controller for port in ports_asked_for(domain)} or {0}
    addresses = (controller.node.child("address") for controller in declared.values())
    return wanted <= declared.keys() and all(
        address is not None and address.get("type") == "virtio-mmio" for address in addresses
    )
