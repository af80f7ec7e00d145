"""A security label belongs to another host.

What it does
    Reports the ``<seclabel>`` elements of type ``dynamic`` that hold a label or name a model, as in the dump of a
    running domain, once for a domain; and each one of type ``static`` with a label. Their models are ``selinux``,
    ``apparmor`` or ``dac``. One of type ``none`` switches labelling off and is somebody's wish. In a record of a
    running domain labels are right.

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

from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, safe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import nodes_by_block

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
    refusals = ("Security driver model '*' is not available",)
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
        if domain.is_of_other_driver:
            return
        labels = [label for label in domain.node.children("seclabel") if _is_of_a_host(label)]
        for first, *others in nodes_by_block(label for label in labels if label.get("type") == "dynamic"):
            sentence = f"the '{first.get('model')}' label is that of one host; libvirt makes a new one at each start"
            if others:
                models = "' and '".join(label.get("model") or "" for label in (first, *others))
                sentence = f"the labels '{models}' are those of one host; libvirt makes new ones at each start"
            yield self.finding(
                sentence,
                At(first, "model"),
                *(At(other, "model", f"the '{other.get('model')}' label") for other in others),
                fix=safe("Leave the label to libvirt", *map(remove_element, (first, *others))),
            )
        for label in labels:
            if label.get("type") == "static":
                yield self.finding(f"the static '{label.get('model')}' label is that of one host", At(label, "model"))


def _is_of_a_host(label: Node) -> bool:
    # A base of the user's own, from which libvirt makes the label, is no leftover.
    if label.get("model") in (None, "", "none") or label.child("baselabel") is not None:
        return False
    return label.child("label") is not None if label.get("type") == "static" else not label.has_holes_beside_values
