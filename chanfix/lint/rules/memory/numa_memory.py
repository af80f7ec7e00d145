"""The memory of the NUMA cells is not that of the domain.

What it does
    Reports NUMA cells whose memory, with that of memory devices or without, differs by 1 MiB or more from
    ``<memory>``.

Why it matters
    libvirt's QEMU driver drops what ``<memory>`` says and gives the guest the sum of the cells.

Fix
    None: which of the numbers was wanted is not known.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefPostParseMemory``
"""

from chanfix.domain import views
from chanfix.domain.values import Known
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule

# What libvirt rounds up to, in KiB.
_ROUNDED = 1024


class NumaMemory(Rule):
    severity = WARNING
    since = "0.2.0"
    only_if_text_has = (b"numa",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>4</memory>
  <vcpu>2</vcpu>
  <cpu>
    <numa>
      <cell id='0' cpus='0' memory='1' unit='GiB'/>
      <cell id='1' cpus='1' memory='1' unit='GiB'/>
    </numa>
  </cpu>
</domain>
""",
            at="4",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>4</memory>
  <vcpu>2</vcpu>
  <cpu>
    <numa>
      <cell id='0' cpus='0-1' memory='4' unit='GiB'/>
    </numa>
  </cpu>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        cpu, node, memory = views.cpu(domain), domain.node.child("memory"), views.memory(domain)
        if cpu is None or node is None or domain.is_of_other_driver:
            return
        cells = [cell.memory for cell in cpu.numa_cells if not cell.node.is_conditional]
        sizes = [size.value for size in cells if isinstance(size, Known)]
        if not cells or len(sizes) < len(cpu.numa_cells):
            return
        match memory.written, memory.total:
            case Known(written), Known(total) if all(abs(written - made) >= _ROUNDED for made in (sum(sizes), total)):
                yield self.finding(
                    f"the domain has {written} KiB of memory, its NUMA cells {sum(sizes)} KiB; libvirt uses the latter",
                    At(node, part=Part.TEXT),
                    At(cpu.numa_cells[0].node, "memory", "the first of the cells"),
                )
