"""The attribute migratable is on a CPU of a mode that has none.

What it does
    Reports ``migratable`` on a ``<cpu>`` of another mode than ``host-passthrough`` and ``maximum``.

Why it matters
    libvirt does not define the domain: ``Attribute migratable is only allowed for 'host-passthrough' / 'maximum' CPU
    mode``. It stays behind when the mode is changed.

Fix
    Removes the attribute. Safe: the domain could not be defined with it.

References
    libvirt ``src/conf/cpu_conf.c:virCPUDefParseXML``
"""

from chanfix.domain import views
from chanfix.domain.values import Known, Unknown
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Part, Rule, safe
from chanfix.xml.edit import remove_attribute

_MODES = ("host-passthrough", "maximum")


class CpuMigratable(Rule):
    severity = ERROR
    refusals = ("Attribute migratable is only allowed for '*' / '*' CPU mode",)
    since = "0.2.0"
    only_if_text_has = (b"migratable",)
    examples = (
        Bad(
            "<domain type='kvm'>\n  <cpu mode='host-model' migratable='off'/>\n</domain>\n",
            at="migratable='off'",
            fixed="<domain type='kvm'>\n  <cpu mode='host-model'/>\n</domain>\n",
        ),
        Good("<domain type='kvm'>\n  <cpu mode='host-passthrough' migratable='off'/>\n</domain>\n"),
        Good("<domain type='kvm'>\n  <cpu mode='maximum' migratable='on'/>\n</domain>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        cpu = views.cpu(domain)
        if cpu is None or not isinstance(cpu.migratable, Known):
            return
        match cpu.mode:
            case Unknown():
                return
            case Known(mode) if mode in _MODES:
                return
            case Known(mode):
                has = f"a CPU of the mode '{mode}'"
            case _:
                has = "a CPU without a mode"
        yield self.finding(
            f"{has} has no 'migratable'; expected the mode 'host-passthrough' or 'maximum'",
            At(cpu.node, "migratable", part=Part.ATTRIBUTE),
            fix=safe("Remove the attribute", remove_attribute(cpu.node, "migratable")),
        )
