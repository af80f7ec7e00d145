"""The Hyper-V vendor id is longer than a CPU's can be, or there is none.

What it does
    Reports a ``<vendor_id>`` of ``<hyperv>`` that is on and has no ``value``, one of more than 12 bytes, or one with
    a comma. libvirt reads each of several.

Why it matters
    libvirt does not define the domain: ``HyperV vendor_id value must not be more than 12 characters.`` or ``missing
    'value' attribute for HyperV feature 'vendor_id'``. It is pasted from advice on hiding the hypervisor from
    drivers.

Fix
    None: which vendor the guest is to see is not known.

References
    libvirt ``src/conf/domain_conf.c:virDomainFeaturesHyperVDefParse``;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/1867
"""

from chanfix.domain.features import HyperV
from chanfix.domain.values import Known, flag, must_be, text
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule

# In bytes (src/conf/domain_conf.h:VIR_DOMAIN_HYPERV_VENDOR_ID_MAX).
_LONGEST = 12


class HypervVendorId(Rule):
    severity = ERROR
    refusals = (
        "HyperV vendor_id value must not be more than * characters",
        "missing 'value' attribute for HyperV feature 'vendor_id'",
        "HyperV vendor_id value is invalid",
    )
    since = "0.2.0"
    only_if_text_has = (b"vendor_id",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <features>
    <hyperv>
      <vendor_id state='on' value='0123456789abc'/>
    </hyperv>
  </features>
</domain>
""",
            at="0123456789abc",
        ),
        Bad(
            """\
<domain type='kvm'>
  <features>
    <hyperv>
      <vendor_id state='on'/>
    </hyperv>
  </features>
</domain>
""",
            at="<vendor_id state='on'/>",
        ),
        Good(
            """\
<domain type='kvm'>
  <features>
    <hyperv>
      <vendor_id state='on' value='0123456789ab'/>
    </hyperv>
  </features>
</domain>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <features>
    <hyperv>
      <vendor_id state='off'/>
    </hyperv>
  </features>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        features = domain.node.child("features")
        for node in features.children("hyperv") if features is not None else ():
            # Of passthrough newer versions read nothing else.
            if must_be(HyperV(node).mode, "custom"):
                for vendor in node.children("vendor_id"):
                    yield from self._of(vendor)

    def _of(self, vendor: Node) -> Drafts:
        if not must_be(flag(text(vendor.get("state"))), True):
            return
        match text(vendor.get("value")):
            case None:
                yield self.finding("the vendor id is on and has no value", At(vendor))
            case Known(value) if (length := len(value.encode())) > _LONGEST:
                yield self.finding(
                    f"the vendor id has {length} bytes; expected {_LONGEST} at most, as a CPU has", At(vendor, "value")
                )
            case Known(value) if "," in value:
                yield self.finding("the vendor id has a comma, which libvirt refuses", At(vendor, "value"))
