"""The CPU is another host's, written out.

What it does
    Reports a ``<cpu mode='custom' check='full'>``: libvirt writes that of a running domain, with the model and every
    feature that it has on this host. In a record of a running domain it is right.

Why it matters
    A host whose CPU lacks one of the features does not start the domain: ``guest CPU doesn't match specification:
    missing features: ...``. After ``virsh dumpxml > file`` of a running domain this is in the file, whatever was asked
    for before.

Fix
    Asks for ``mode='host-model'`` and removes model and features: the CPU that was expanded so. Topology, caches and
    NUMA stay. Unsafe: the guest sees another CPU on another host.

References
    https://libvirt.org/formatdomain.html#cpu-model-and-topology, "check"; https://github.com/Fmstrat/winapps/issues/42;
    https://github.com/retspen/webvirtcloud/issues/235
"""

from chanfix.domain.values import Known
from chanfix.domain.views import cpu
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import remove_attribute, remove_element, set_attribute

_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n{}</domain>\n"
_EXPANDED = """\
  <cpu mode='custom' match='exact' check='full'>
    <model fallback='forbid'>Skylake-Client-IBRS</model>
    <vendor>Intel</vendor>
    <topology sockets='1' cores='4' threads='1'/>
    <feature policy='require' name='vmx'/>
    <feature policy='disable' name='mpx'/>
  </cpu>
"""
_CHOSEN = """\
  <cpu mode='host-model'>
    <topology sockets='1' cores='4' threads='1'/>
  </cpu>
"""
_EXPANDED_PARTS = ("model", "vendor", "feature")


class CpuOfHost(Rule):
    only_if_text_has = (b"check",)
    about_live_state = True
    severity = WARNING
    since = "0.2.0"
    refusals = (
        "guest CPU doesn't match specification: *",
        "the CPU is incompatible with host CPU",
    )
    examples = (
        Bad(_DOMAIN.format(_EXPANDED), at="full", fixed=_DOMAIN.format(_CHOSEN)),
        Good(_DOMAIN.format("  <cpu mode='host-passthrough' check='none'/>\n")),
        Good(_DOMAIN.format("  <cpu mode='custom' check='partial'>\n    <model>EPYC</model>\n  </cpu>\n")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        view = cpu(domain)
        if view is None or domain.is_of_other_driver or view.mode != Known("custom") or view.check != Known("full"):
            return
        node = view.node
        unset = [remove_attribute(node, name) for name in ("match", "check") if node.get(name) is not None]
        edits = [
            set_attribute(node, "mode", "host-model"),
            *unset,
            *map(remove_element, node.children(*_EXPANDED_PARTS)),
        ]
        yield self.finding(
            "this is the CPU of a running domain (check='full'); other hosts may lack its features",
            At(node, "check"),
            fix=None if node.has_holes_beside_values else unsafe("Ask for the host's CPU model", *edits),
        )
