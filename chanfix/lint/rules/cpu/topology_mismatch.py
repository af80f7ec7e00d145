"""The topology does not make the number of virtual CPUs.

What it does
    Reports a ``<topology>`` whose sockets, dies, cores and threads multiplied are not the number in ``<vcpu>``, which
    is 1 where nothing is written. Clusters count since libvirt 10.1: a topology that fits with or without them is
    fine.

Why it matters
    libvirt does not define the domain: ``CPU topology doesn't match maximum vcpu count``. It comes with a template
    that fills in one of the two numbers.

Fix
    Sets ``<vcpu>`` to what the topology makes, where no CPU that the domain names goes with it. Unsafe: the topology
    may be what is wrong.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainVCpuTopology``;
    https://github.com/apache/cloudstack/issues/6807
"""

from chanfix.domain import views
from chanfix.domain.cpu import Cpu, Topology
from chanfix.domain.values import Known
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Fix, Good, Rule, unsafe
from chanfix.xml.edit import set_text

# Every machine type with a topology has so many CPUs (hw/i386/pc.c: max_cpus).
_MOST_CPUS = 240


class TopologyMismatch(Rule):
    severity = ERROR
    refusals = ("CPU topology doesn't match maximum vcpu count",)
    since = "0.2.0"
    only_if_text_has = (b"topology",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <vcpu>4</vcpu>
  <cpu mode='host-model'>
    <topology sockets='1' dies='1' cores='4' threads='2'/>
  </cpu>
</domain>
""",
            at="<topology sockets='1' dies='1' cores='4' threads='2'/>",
            fixed="""\
<domain type='kvm'>
  <vcpu>8</vcpu>
  <cpu mode='host-model'>
    <topology sockets='1' dies='1' cores='4' threads='2'/>
  </cpu>
</domain>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <vcpu current='3'>4</vcpu>
  <cpu>
    <topology sockets='2' cores='1' threads='1'/>
  </cpu>
</domain>
""",
            at="<topology sockets='2' cores='1' threads='1'/>",
        ),
        Good(
            """\
<domain type='kvm'>
  <vcpu current='2'>8</vcpu>
  <cpu>
    <topology sockets='2' cores='2' threads='2'/>
  </cpu>
</domain>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <vcpu>{{ cpus }}</vcpu>
  <cpu>
    <topology sockets='1' cores='2' threads='1'/>
  </cpu>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        cpu = views.cpu(domain)
        topology = cpu.topology if cpu is not None else None
        wanted = views.vcpus(domain).maximum
        if not isinstance(topology, Topology) or not isinstance(wanted, Known) or domain.is_of_other_driver:
            return
        made = _made(topology)
        if made is None or wanted.value in made:
            return
        vcpu = domain.node.child("vcpu")
        yield self.finding(
            f"the topology makes {made[0]} CPUs; expected {wanted.value}, as <vcpu> says",
            At(topology.node),
            *([At(vcpu, label="the number of virtual CPUs")] if vcpu else []),
            fix=_fix(domain, made),
            severity=WARNING if _is_said_twice(cpu, wanted.value) else None,
        )


def _made(topology: Topology) -> tuple[int, int] | None:
    """Return how many CPUs a topology makes, without and with clusters; None where libvirt refuses it or is unknown."""
    match (topology.sockets, topology.dies, topology.clusters, topology.cores, topology.threads):
        case (Known(sockets), Known(dies), Known(clusters), Known(cores), Known(threads)):
            made = sockets * dies * cores * threads
            return (made, made * clusters) if made * clusters else None
    return None


def _is_said_twice(cpu: Cpu | None, number: int) -> bool:
    """Return True if NUMA cells hold just the CPUs of ``<vcpu>``.

    libvirt's own test data has such domains for a QEMU older than 2.7, where libvirt does not compare the two.
    """
    sets = [cell.cpus for cell in cpu.numa_cells] if cpu is not None else []
    return bool(sets) and sum(len(cpus.value) for cpus in sets if isinstance(cpus, Known)) == number


def _fix(domain: Domain, made: tuple[int, int]) -> Fix | None:
    vcpu, number = domain.node.child("vcpu"), made[0]
    current = views.vcpus(domain).written_current
    fits = current is None or (isinstance(current, Known) and 0 < current.value <= number)
    if vcpu is None or vcpu.place.is_self_closing or vcpu.comments or not fits or number != made[1]:
        return None
    maximum = views.vcpus(domain).maximum
    fewer = isinstance(maximum, Known) and number < maximum.value
    # What names single CPUs would name some that are not there.
    if number > _MOST_CPUS or (fewer and any(b"<" + word in domain.document.markup for word in _NAMING)):
        return None
    return unsafe("Set the number of virtual CPUs to that of the topology", set_text(vcpu, str(number)))


_NAMING = (b"numa", b"vcpus", b"cputune")
