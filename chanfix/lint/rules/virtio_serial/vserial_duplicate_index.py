"""Two virtio-serial controllers have one index.

What it does
    Reports a virtio-serial controller with the index of an earlier one. A controller without an index never collides:
    libvirt gives it the lowest that is free.

Why it matters
    libvirt does not define the domain: ``XML error: Multiple 'virtio-serial' controllers with index '0'``.

Fix
    Removes the later controller when it says the same as the earlier one, PCI address and alias apart. Unsafe: the
    guest has one controller fewer than was written. Where the two differ there is no fix: which one was meant, and
    which of them the channels with that index belong to, is not known. Nor is there one where text stands between the
    two, or one has an attribute of another namespace: it may be a directive of a template.

References
    libvirt ``src/conf/domain_postparse.c:virDomainDefRejectDuplicateControllers``; every driver does it
"""

from chanfix.lint.rule import ERROR, At, Bad, Controller, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import doubles, may_be_apart


class VserialDuplicateIndex(Rule):
    severity = ERROR
    refusals = ("Multiple 'virtio-serial' controllers with index '*'",)
    examples = (
        Bad(
            """\
<controller type='virtio-serial' index='0'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</controller>
<controller type='virtio-serial' index='0'/>
""",
            at="0",
            fixed="""\
<controller type='virtio-serial' index='0'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</controller>
""",
        ),
        Bad(
            """\
<controller type='virtio-serial' index='0'/>
<controller type='virtio-serial' index='0' ports='64'/>
""",
            at="0",
        ),
        Good(
            """\
<controller type='usb' index='0'/>
<controller type='virtio-serial' index='0'/>
<controller type='virtio-serial' index='1'/>
<controller type='virtio-serial'/>
<controller type='virtio-serial'/>
"""
        ),
    )

    def controllers(self, controllers: list[Controller], domain: Domain, facts: Facts) -> Drafts:
        by_index: dict[int, list[Controller]] = {}
        for controller in controllers:
            if controller.index is not None:
                by_index.setdefault(controller.index, []).append(controller)
        for index, alike in by_index.items():
            for controller, first in doubles(alike, lambda controller: controller.node):
                fix = unsafe("Remove the other controller", remove_element(controller.node))
                is_one = _say_the_same(controller, first) and not may_be_apart(controller.node, first.node)
                yield self.finding(
                    f"another virtio-serial controller has the index {index} already",
                    At(controller.node, "index"),
                    At(first.node, "index", "the controller that stays"),
                    fix=fix if is_one else None,
                )


def _say_the_same(one: Controller, other: Controller) -> bool:
    children = {child.tag for controller in (one, other) for child in controller.node.children()}
    return one.node.attributes == other.node.attributes and children <= {"address", "alias"}
