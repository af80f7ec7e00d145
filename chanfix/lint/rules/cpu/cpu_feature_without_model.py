"""A CPU has features and no model or mode that they could belong to.

What it does
    Reports a ``<cpu>`` with a ``<feature>`` that names neither a ``<model>`` nor a mode other than ``custom``.

Why it matters
    libvirt does not define the domain: ``Non-empty feature list specified without CPU model``.

Fix
    Sets ``mode='host-model'``, to which features can be added. Unsafe: the guest sees another CPU than QEMU's own.

References
    libvirt ``src/conf/cpu_conf.c:virCPUDefParseXML``; https://github.com/vagrant-libvirt/vagrant-libvirt/issues/98
"""

from chanfix.domain import views
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import set_attribute


class CpuFeatureWithoutModel(Rule):
    severity = ERROR
    refusals = ("Non-empty feature list specified without CPU model",)
    since = "0.2.0"
    only_if_text_has = (b"feature",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <cpu>
    <feature policy='disable' name='vmx'/>
  </cpu>
</domain>
""",
            at="<cpu>",
            fixed="""\
<domain type='kvm'>
  <cpu mode='host-model'>
    <feature policy='disable' name='vmx'/>
  </cpu>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <cpu mode='host-passthrough'>
    <feature policy='disable' name='vmx'/>
  </cpu>
</domain>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <cpu>
    <model>qemu64</model>
    <feature policy='disable' name='svm'/>
  </cpu>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        cpu = views.cpu(domain)
        if cpu is None or cpu.model is not None or cpu.node.is_conditional:
            return
        if cpu.node.get("mode") not in (None, "custom"):
            return
        features = [feature.node for feature in cpu.features if not feature.node.is_conditional]
        if not features:
            return
        yield self.finding(
            "the CPU has features, but no <model> and no mode to add them to",
            At(cpu.node),
            At(features[0], label="the first feature"),
            fix=unsafe("Set the mode to host-model", set_attribute(cpu.node, "mode", "host-model")),
        )
