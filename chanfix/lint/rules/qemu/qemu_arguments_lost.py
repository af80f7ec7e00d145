"""An element for QEMU is dropped because of its namespace or its place.

What it does
    Reports ``<qemu:commandline>``, ``<qemu:capabilities>``, ``<qemu:override>`` and ``<qemu:deprecation>`` that do
    not stand right below ``<domain>``, or whose namespace is not the one that libvirt knows, to the letter. A prefix
    that is declared nowhere is ``not-well-formed``'s to report.

Why it matters
    libvirt defines the domain and drops the element without a word: the arguments are gone. ``virsh edit`` then seems
    not to save.

Fix
    Corrects the namespace, or moves the element. Unsafe: QEMU gets arguments that it did not have.

References
    https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands; libvirt
    ``src/util/virxml.c:virXMLNamespaceRegister``; https://github.com/virt-manager/virt-manager/issues/519
"""

from collections.abc import Iterator
from itertools import chain

from chanfix.lint.rule import ERROR, QEMU_NAMESPACE, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import insert_after, set_attribute, take_element

_NAMES = ("commandline", "capabilities", "override", "deprecation")
_OWN = f"{{{QEMU_NAMESPACE}}}"


class QemuArgumentsLost(Rule):
    severity = ERROR
    since = "0.2.0"
    only_if_text_has = (b"commandline", b"capabilities", b"override", b"deprecation")
    examples = (
        Bad(
            """\
<domain type='kvm' xmlns:qemu='https://libvirt.org/schemas/domain/qemu/1.0'>
  <devices/>
  <qemu:commandline>
    <qemu:arg value='-no-hpet'/>
  </qemu:commandline>
</domain>
""",
            at="https://libvirt.org/schemas/domain/qemu/1.0",
            fixed="""\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices/>
  <qemu:commandline>
    <qemu:arg value='-no-hpet'/>
  </qemu:commandline>
</domain>
""",
        ),
        Bad(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices>
    <serial type='pty'/>
    <qemu:commandline>
      <qemu:arg value='-no-hpet'/>
    </qemu:commandline>
  </devices>
</domain>
""",
            at="<qemu:commandline>",
            fixed="""\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices>
    <serial type='pty'/>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-no-hpet'/>
  </qemu:commandline>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices/>
  <q:commandline>
    <q:arg value='-no-hpet'/>
  </q:commandline>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver or domain.node.is_made_up:
            return
        for node in _elements(domain):
            namespace = node.tag.partition("}")[0].lstrip("{")
            if namespace != QEMU_NAMESPACE:
                holder, name = _declaration(node)
                yield self.finding(
                    f"libvirt knows no namespace '{namespace}' and drops what is in it; expected '{QEMU_NAMESPACE}'",
                    At(holder, name),
                    At(node, label="this is dropped"),
                    fix=unsafe("Correct the namespace", set_attribute(holder, name, QEMU_NAMESPACE)),
                )
            elif node.parent != domain.node:
                last = domain.node.children()[-1]
                yield self.finding(
                    f"<{node.place.name.decode()}> is dropped here; expected it right below <domain>",
                    At(node),
                    fix=unsafe("Move it below <domain>", take_element(node), insert_after(last, node)),
                )


def _elements(domain: Domain) -> Iterator[Node]:
    """Yield the elements that are meant for QEMU's driver: of its namespace, or of one that is like it."""
    for node in chain.from_iterable(domain.node.descendants(f"{{*}}{name}") for name in _NAMES):
        if not node.tag.startswith("{") or any(around.tag == "metadata" for around in node.ancestors):
            continue
        is_own = node.tag.startswith(_OWN) and not any(around.tag.startswith("{") for around in node.ancestors)
        if is_own or (not node.tag.startswith(_OWN) and _is_like_it(node)):
            yield node


def _is_like_it(node: Node) -> bool:
    namespace = node.tag.partition("}")[0].lower()
    return node.place.name.startswith(b"qemu:") or "domain/qemu" in namespace


def _declaration(node: Node) -> tuple[Node, str]:
    """Return the element that declares an element's namespace, and the attribute that does."""
    prefix, colon, _ = node.place.name.decode().rpartition(":")
    name = f"xmlns{colon}{prefix}"
    return next(around for around in (node, *node.ancestors) if around.attribute_place(name)), name
