"""A memory size is tiny, or in a decimal unit, which is mostly a mistake about units.

What it does
    Reports a ``<memory>`` of less than 32 MiB in a QEMU domain, and one with a decimal unit: ``KB``, ``MB``, ``GB``,
    ... . Without a unit the number is in KiB.

Why it matters
    ``<memory>2048</memory>`` is 2 MiB: the guest's firmware hangs or QEMU does not start. ``<memory
    unit='GB'>4</memory>`` is 3814698 KiB, 7 % less than 4 GiB. libvirt takes both without a word.

Fix
    None: how much was wanted is not known.

References
    https://libvirt.org/formatdomain.html#memory-allocation; libvirt ``src/util/virutil.c:virScaleInteger``;
    https://github.com/kubevirt/kubevirt/issues/3921
"""

from chanfix.domain.memory import Memory
from chanfix.domain.values import Known
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule

_LEAST = 32 << 10
_DECIMAL = frozenset(f"{letter}B" for letter in "KMGTPE")


class MemoryUnit(Rule):
    severity = WARNING
    since = "0.2.0"
    examples = (
        Bad("<domain type='kvm'>\n  <name>web</name>\n  <memory>2048</memory>\n</domain>\n", at="2048"),
        Bad("<domain type='kvm'>\n  <name>web</name>\n  <memory unit='GB'>4</memory>\n</domain>\n", at="GB"),
        Good("<domain type='kvm'>\n  <name>web</name>\n  <memory>2097152</memory>\n</domain>\n"),
        Good("<domain type='kvm'>\n  <name>web</name>\n  <memory unit='G'>4</memory>\n</domain>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        node, size = domain.node.child("memory"), Memory(domain.node).written
        if node is None or not isinstance(size, Known) or not domain.is_qemu or domain.type == "test":
            return
        unit = node.get("unit")
        if 0 < size.value < _LEAST:
            written, shown = f"{node.text.strip()} {unit or 'KiB'}", _shown(size.value)
            yield self.finding(
                f"the memory is {written if written == shown else f'{written}, which is {shown}'};"
                f" expected {_LEAST >> 10} MiB at least",
                At(node, part=Part.TEXT),
                note="" if unit else "without a unit the number is in KiB",
            )
        elif unit is not None and unit.upper() in _DECIMAL:
            yield self.finding(
                f"'{unit}' is a decimal unit: the size is {size.value} KiB; expected '{unit[0]}iB' for powers of 1024",
                At(node, "unit"),
            )


def _shown(kibibytes: int) -> str:
    return f"{kibibytes} KiB" if kibibytes % 1024 else f"{kibibytes >> 10} MiB"
