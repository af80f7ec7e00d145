"""A Hyper-V enlightenment is on, and one that it needs is not.

What it does
    Reports in a KVM domain ``synic``, ``tlbflush`` and ``ipi`` without ``vpindex``, ``stimer`` without ``vpindex``,
    ``synic`` and the timer ``hypervclock``, and ``evmcs`` without ``vapic``.

Why it matters
    QEMU does not start under KVM: ``Hyper-V synthetic timers (requested by 'hv-stimer' cpu flag) requires Hyper-V
    clocksources ('hv-time')``. libvirt 12.8 does not define some of these: ``'stimer' hyperv feature requires
    'hypervclock' timer``.

Fix
    Switches on what is missing. Safe: the domain did not start without it. Where that is switched off in the file,
    there is no fix.

References
    https://www.qemu.org/docs/master/system/i386/hyperv.html; https://github.com/ruzickap/packer-templates/issues/149
"""

from chanfix.domain import views
from chanfix.domain.features import HyperV
from chanfix.domain.hyperv import NEEDS, is_off, switch_on
from chanfix.domain.values import must_be
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Rule, safe


class HypervDependency(Rule):
    severity = ERROR
    since = "0.2.0"
    refusals = (
        "Hyper-V * (requested by '*' cpu flag) requires Hyper-V *",
        "'*' hyperv feature requires '*'",
    )
    only_if_text_has = (b"hyperv",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <features>
    <hyperv>
      <vpindex state='on'/>
      <synic state='on'/>
      <stimer state='on'/>
    </hyperv>
  </features>
  <clock offset='localtime'>
    <timer name='hpet' present='no'/>
  </clock>
</domain>
""",
            at="<stimer state='on'/>",
            fixed="""\
<domain type='kvm'>
  <features>
    <hyperv>
      <vpindex state='on'/>
      <synic state='on'/>
      <stimer state='on'/>
    </hyperv>
  </features>
  <clock offset='localtime'>
    <timer name='hpet' present='no'/>
    <timer name='hypervclock' present='yes'/>
  </clock>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <features>
    <hyperv>
      <vpindex state='on'/>
      <tlbflush state='on'/>
    </hyperv>
  </features>
</domain>
"""
        ),
        Good("<domain type='kvm'>\n  <features>\n    <hyperv mode='passthrough'/>\n  </features>\n</domain>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        features = views.features(domain)
        hyperv = features.hyperv if features is not None else None
        # Under emulation QEMU does not ask for what an enlightenment needs.
        if domain.type != "kvm" or not isinstance(hyperv, HyperV) or not must_be(hyperv.mode, "custom"):
            return
        for name, needed in NEEDS.items():
            node = hyperv.last(name)
            if node is None or not must_be(hyperv.state(name), True):
                continue
            missing = [other for other in needed if is_off(domain, hyperv, other)]
            if missing:
                edits = [switch_on(domain, hyperv, other) for other in missing]
                title = f"Switch on {' and '.join(missing)}"
                made = [edit for several in edits for edit in several or ()]
                yield self.finding(
                    f"the enlightenment '{name}' needs {' and '.join(map(repr, missing))} to be on",
                    At(node),
                    fix=safe(title, *made) if all(edits) else None,
                )
