"""The current memory is larger than the memory.

What it does
    Reports a ``<currentMemory>`` that is more than ``<memory>``, or than what the NUMA cells make.

Why it matters
    libvirt cuts it down to the memory without a word: the guest has less than the file says.

Fix
    Removes ``<currentMemory>``: libvirt then stores the same as with it. Safe.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefPostParseMemory``
"""

from chanfix.domain import views
from chanfix.domain.values import Known
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule, safe
from chanfix.xml.edit import remove_element


class MemoryCurrentLarger(Rule):
    severity = WARNING
    since = "0.2.0"
    only_if_text_has = (b"currentMemory",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <currentMemory unit='GiB'>4</currentMemory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
</domain>
""",
            at="4",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <currentMemory>2097152</currentMemory>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        whole, node = domain.node.child("memory"), domain.node.child("currentMemory")
        if node is None or whole is None:
            return
        if node.text == whole.text and node.get("unit") == whole.get("unit"):
            # As in most domains.
            return
        memory = views.memory(domain)
        match memory.written_current, memory.written:
            case Known(current), Known(written) if current > written:
                pass
            case _:
                return
        match memory.total:
            # Memory devices may be counted in <memory> or come on top of it.
            case Known(total) if current > total:
                yield self.finding(
                    f"the current memory, {current} KiB, is more than the memory; libvirt lowers it to {total} KiB",
                    At(node, part=Part.TEXT),
                    At(whole, part=Part.TEXT, label="all of the memory"),
                    fix=safe("Leave the current memory to libvirt", remove_element(node)),
                )
