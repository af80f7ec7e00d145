"""A security label belongs to another host.

What it does
    Reports a ``<seclabel>`` of type ``dynamic`` that holds a label or names a model, as in the dump of a running
    domain, and one of type ``static`` with a label, both of the models ``selinux`` and ``apparmor`` and of ``dac``. One
    of type ``none`` switches labelling off and is somebody's wish. In a record of a running domain labels are right.

Why it matters
    On a host with another security model the domain does not start: ``Security driver model 'apparmor' is not
    available``. Where the model is the same, the label or the user may not exist.

Fix
    Removes a dynamic label: libvirt makes one at each start. Safe, since it was made at a start as well. None for a
    static one: only a person can say what it is to protect.

References
    https://libvirt.org/formatdomain.html#security-label; https://github.com/Fmstrat/winapps/issues/9;
    https://github.com/Kubeinit/kubeinit/issues/6
"""

from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_element

_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n{}</domain>\n"
_DYNAMIC = """\
  <seclabel type='dynamic' model='selinux' relabel='yes'>
    <label>system_u:system_r:svirt_t:s0:c1,c2</label>
  </seclabel>
"""


class SeclabelOfHost(Rule):
    only_if_text_has = (b"seclabel",)
    about_live_state = True
    severity = WARNING
    since = "0.2.0"
    examples = (
        Bad(_DOMAIN.format(_DYNAMIC), at="selinux", fixed=_DOMAIN.format("")),
        Bad(
            _DOMAIN.format("  <seclabel type='static' model='dac'>\n    <label>+107:+107</label>\n  </seclabel>\n"),
            at="dac",
        ),
        Good(_DOMAIN.format("  <seclabel type='none' model='selinux'/>\n")),
        Good(_DOMAIN.format("  <seclabel type='dynamic'/>\n")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        for seclabel in domain.node.children("seclabel"):
            kind, model = seclabel.get("type"), seclabel.get("model")
            # A base of the user's own, from which libvirt makes the label, is no leftover.
            if domain.is_of_other_driver or not model or model == "none" or seclabel.child("baselabel"):
                continue
            what = f"of the security model '{model}', which other hosts may not have"
            if kind == "dynamic" and not seclabel.has_holes_beside_values:
                fix = safe("Leave the label to libvirt", remove_element(seclabel))
                yield self.finding(f"a dynamic label {what}; libvirt makes one", At(seclabel, "model"), fix=fix)
            elif kind == "static" and seclabel.child("label"):
                yield self.finding(f"a static label {what}", At(seclabel, "model"))
