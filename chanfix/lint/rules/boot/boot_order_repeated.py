"""Two devices have one place in the boot order, or a device has none.

What it does
    Reports a ``<boot order>`` of a device in a QEMU domain that an earlier device has too, and one that is 0. In a
    template two devices count when they are known to be there together.

Why it matters
    libvirt does not define the domain: ``boot order '1' used for more than one device``, or ``Invalid value for
    attribute 'order' in element 'boot': Zero is not permitted``.

Fix
    None: which device comes first is not known.

References
    libvirt ``src/conf/domain_postparse.c:virDomainDefBootPostParse``;
    ``src/conf/domain_conf.c:virDomainDeviceBootParseXML``
"""

from chanfix.domain.boot_order import boot_elements
from chanfix.domain.values import Known, number, text
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule
from chanfix.xml.together import doubles


class BootOrderRepeated(Rule):
    severity = ERROR
    refusals = (
        "boot order '*' used for more than one device",
        "Zero is not permitted",
    )
    since = "0.2.0"
    only_if_text_has = (b"order",)
    examples = (
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/>
  <source file='/srv/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
  <boot order='1'/>
</disk>
<interface type='network'>
  <source network='default'/>
  <boot order='1'/>
</interface>
""",
            at="1",
        ),
        Bad(
            """\
<interface type='network'>
  <source network='default'/>
  <boot order='0'/>
</interface>
""",
            at="0",
        ),
        Good(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/>
  <source file='/srv/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
  <boot order='1'/>
</disk>
<interface type='network'>
  <source network='default'/>
  <boot order='7'/>
</interface>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        by_order: dict[int, list[Node]] = {}
        for boot in boot_elements(domain) if domain.is_qemu else ():
            match number(text(boot.get("order"))):
                case Known(0):
                    yield self.finding("boot order 0 does not exist; the first is 1", At(boot, "order"))
                case Known(order):
                    by_order.setdefault(order, []).append(boot)
        for order, alike in by_order.items():
            for boot, first in doubles(alike, lambda node: node):
                yield self.finding(
                    f"another device has the boot order {order} already",
                    At(boot, "order"),
                    At(first, "order", "the first device with this order"),
                )
