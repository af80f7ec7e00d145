"""A Windows guest lacks the timers that keep an idle one from using the host's CPU.

What it does
    Reports a KVM domain for x86 whose ``<metadata>`` says that Windows is in it, and in which the enlightenments
    ``vpindex``, ``synic`` and ``stimer`` or the timer ``hypervclock`` are not on. Off by default.

Why it matters
    Windows then asks an emulated clock for the time, thousands of times a second: an idle guest uses a third of a
    host CPU in the place of one or two hundredths.

Fix
    Switches on what is missing, where the file says nothing of it. Unsafe: the guest sees other hardware.

References
    https://www.qemu.org/docs/master/system/i386/hyperv.html; https://github.com/virt-manager/virt-manager/issues/205
"""

from chanfix.domain import hyperv, views
from chanfix.domain.features import HyperV
from chanfix.domain.guest_os import is_windows
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe

_WANTED = ("vpindex", "synic", "stimer", hyperv.HYPERVCLOCK)


class WindowsTimers(Rule):
    severity = INFO
    since = "0.2.0"
    on_by_default = False
    only_if_text_has = (b"libosinfo",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <features>
    <hyperv>
      <relaxed state='on'/>
    </hyperv>
  </features>
  <clock offset='localtime'/>
</domain>
""",
            at="<hyperv>",
            fixed="""\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <features>
    <hyperv>
      <relaxed state='on'/>
      <stimer state='on'/>
      <synic state='on'/>
      <vpindex state='on'/>
    </hyperv>
  </features>
  <clock offset='localtime'>
    <timer name='hypervclock' present='yes'/>
  </clock>
</domain>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
</domain>
""",
            at="<domain type='kvm'>",
        ),
        Good(
            """\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <features>
    <hyperv mode='passthrough'/>
  </features>
</domain>
"""
        ),
        Good("<domain type='kvm'/>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        system, features = views.operating_system(domain), views.features(domain)
        is_arm = system is not None and isinstance(system.arch, Known) and system.arch.value not in ("x86_64", "i686")
        if domain.type != "kvm" or is_arm or not is_windows(domain):
            return
        there = features.hyperv if features is not None else None
        if there is not None and not (isinstance(there, HyperV) and must_be(there.mode, "custom")):
            return
        missing = [name for name in _WANTED if hyperv.is_off(domain, there, name)]
        if missing:
            edits = [hyperv.switch_on(domain, there, name) for name in missing] if there is not None else [None]
            made = [edit for several in edits for edit in several or ()]
            yield self.finding(
                f"the guest is Windows, and {', '.join(missing)} are not on: an idle guest keeps the host busy",
                At(there.node if there is not None else features.node if features is not None else domain.node),
                fix=unsafe("Switch on the timers for Windows", *made) if all(edits) else None,
            )
