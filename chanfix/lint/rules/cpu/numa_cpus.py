"""A NUMA cell names a CPU that does not exist, or that another cell has.

What it does
    Reports the first ``<cell>`` of ``<numa>`` with a CPU beyond the number in ``<vcpu>``, or with one that an earlier
    cell has.

Why it matters
    libvirt does not define the domain: ``CPU IDs in <numa> exceed the <vcpu> count``, ``Number of CPUs in <numa>
    exceeds the <vcpu> count`` or ``NUMA cells 1 and 0 have overlapping vCPU ids``. It comes with a change of
    ``<vcpu>`` alone.

Fix
    None: only a person can say where the CPUs belong.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefParseXML``, ``src/conf/numa_conf.c:virDomainNumaDefParseXML``;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/653
"""

from chanfix.domain import views
from chanfix.domain.cpu import NumaCell
from chanfix.domain.values import Known
from chanfix.lint.rule import ERROR, At, Bad, Domain, Draft, Drafts, Facts, Good, Rule


class NumaCpus(Rule):
    severity = ERROR
    refusals = (
        "CPU IDs in <numa> exceed the <vcpu> count",
        "Number of CPUs in <numa> exceeds the <vcpu> count",
        "NUMA cells * and * have overlapping vCPU ids",
    )
    since = "0.2.0"
    only_if_text_has = (b"numa",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <vcpu>4</vcpu>
  <cpu>
    <numa>
      <cell id='0' cpus='0-3' memory='1' unit='GiB'/>
      <cell id='1' cpus='4-7' memory='1' unit='GiB'/>
    </numa>
  </cpu>
</domain>
""",
            at="4-7",
        ),
        Bad(
            """\
<domain type='kvm'>
  <vcpu>4</vcpu>
  <cpu>
    <numa>
      <cell id='0' cpus='0-2' memory='1' unit='GiB'/>
      <cell id='1' cpus='2-3' memory='1' unit='GiB'/>
    </numa>
  </cpu>
</domain>
""",
            at="2-3",
        ),
        Good(
            """\
<domain type='kvm'>
  <vcpu>4</vcpu>
  <cpu>
    <numa>
      <cell id='0' cpus='0,2' memory='1' unit='GiB'/>
      <cell id='1' cpus='1' memory='1' unit='GiB'/>
    </numa>
  </cpu>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        cpu, number = views.cpu(domain), views.vcpus(domain).maximum
        if cpu is None or not isinstance(number, Known):
            return
        holders: dict[int, NumaCell] = {}
        for cell in cpu.numa_cells:
            if not isinstance(cell.cpus, Known):
                continue
            cpus = sorted(cell.cpus.value)
            if draft := self._beyond(cell, cpus, number.value) or self._overlapping(cell, cpus, holders):
                # One at a time: libvirt stops there too, and a cell can name thousands of CPUs.
                yield draft
                return
            holders.update(dict.fromkeys(cpus, cell))

    def _beyond(self, cell: NumaCell, cpus: list[int], number: int) -> Draft | None:
        if not cpus or cpus[-1] < number:
            return None
        return self.finding(
            f"the cell has CPU {cpus[-1]}; the domain has {number} virtual CPUs, numbered from 0",
            At(cell.node, "cpus"),
        )

    def _overlapping(self, cell: NumaCell, cpus: list[int], holders: dict[int, NumaCell]) -> Draft | None:
        for number in cpus:
            holder = holders.get(number)
            if holder is not None and holder.node.is_there_with(cell.node):
                return self.finding(
                    f"CPU {number} is in two NUMA cells",
                    At(cell.node, "cpus"),
                    At(holder.node, "cpus", "the cell that has it first"),
                )
        return None
