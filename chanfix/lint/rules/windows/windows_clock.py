"""A Windows guest has a clock that shows UTC.

What it does
    Reports ``<clock offset='utc'>``, or no clock at all, in a domain whose ``<metadata>`` says that Windows is in it.
    Off by default: Windows can be told to take the clock for UTC.

Why it matters
    Windows reads the hardware clock as local time: after each start its time is off by the time zone, until it has
    asked a time server.

Fix
    Sets the offset to ``localtime``. Unsafe: a guest that expects UTC is then off.

References
    https://libvirt.org/formatdomain.html#time-keeping
"""

from chanfix.domain import views
from chanfix.domain.guest_os import is_windows
from chanfix.domain.values import must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import set_attribute


class WindowsClock(Rule):
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
  <clock offset='utc'/>
</domain>
""",
            at="utc",
            fixed="""\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <clock offset='localtime'/>
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
  <clock offset='localtime'/>
</domain>
"""
        ),
        Good("<domain type='kvm'>\n  <clock offset='utc'/>\n</domain>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if not is_windows(domain):
            return
        clock = views.clock(domain)
        if clock is None:
            if not domain.node.has_unknown_children:
                yield self.finding(
                    "Windows expects local time, and the domain has no <clock>: it shows UTC", At(domain.node)
                )
        elif must_be(clock.offset, "utc") and not clock.node.is_conditional:
            yield self.finding(
                "the clock shows UTC, which Windows reads as local time; expected 'localtime'",
                At(clock.node, "offset"),
                fix=unsafe("Let the clock show local time", set_attribute(clock.node, "offset", "localtime")),
            )
