"""Which elements of a document define a libvirt domain, and why another document holds none that can be edited."""

from __future__ import annotations

from chanfix.errors import InputError
from chanfix.position import Position
from chanfix.xml.document import Document, Node

__all__ = ["INACTIVE", "PRIVATE_RECORDS", "RECORDS", "definition_of", "definitions_in", "place_of"]

# What libvirt writes about a domain at some time, with the domain as it was then inside
# (``src/conf/snapshot_conf.c``, ``checkpoint_conf.c``, ``backup_conf.c``, ``virdomainobjlist.c``).
RECORDS = frozenset({"domainsnapshot", "domaincheckpoint", "domainbackup", "domstatus"})
# Those that no schema describes: libvirt writes for itself into the domain there.
PRIVATE_RECORDS = ("domstatus", "qemu-migration")
# The definition of a domain beside its running state, in a snapshot (``virDomainSnapshotDefFormatInternal``).
INACTIVE = "inactiveDomain"


def definitions_in(document: Document) -> list[Node]:
    """Return the elements that define a domain: the root, or those recorded inside a snapshot, a status or a list.

    A domain inside a domain is none.
    """
    root = document.root
    is_one = root.tag == "domain" and (document.mask is None or not root.is_made_up)
    nodes = [root] if is_one else root.descendants("domain", INACTIVE)
    return [node for node in nodes if _is_definition(node) and _is_in_its_place(node)]


def definition_of(document: Document) -> Node:
    """Return the element that defines the domain which a document is. Raises ``InputError`` when it is something else.

    Of a stylesheet it is the one domain that the stylesheet makes as a whole.
    """
    root = document.root
    if document.mask is not None and root.is_made_up:
        return _only_definition(document)
    if root.tag == "domain" and root.get("type") is not None:
        return root
    fact, hint = _refusal(root)
    raise InputError(fact, hint=hint, position=place_of(root))


def _is_definition(node: Node) -> bool:
    """Return True if a domain element is libvirt's: other formats have one without a type, or without devices."""
    has_type = node.get("type") is not None or node.tag == INACTIVE
    return has_type and (node.child("devices") is not None or node.child("os") is not None)


def place_of(node: Node) -> Position:
    """Return where an element starts, for an error's sentence."""
    return node.document.position(node.place.span.start)


def _is_in_its_place(node: Node) -> bool:
    """Return True if no domain is around an element, and a snapshot is right around an ``<inactiveDomain>``."""
    if node.tag == INACTIVE and (node.parent is None or node.parent.tag != "domainsnapshot"):
        return False
    around = (node for node in node.ancestors if node.tag in ("domain", INACTIVE))
    return all(node.is_made_up for node in around)


def _only_definition(stylesheet: Document) -> Node:
    root = stylesheet.root
    found = definitions_in(stylesheet)
    if len(found) == 1 and found[0] != root:
        return found[0]
    does = "patches domains" if root in found else f"holds {len(found)} domains"
    hint = "name one that holds exactly one whole <domain>, or the domain that comes of it"
    raise InputError(f"a stylesheet that {does}: not a domain definition", hint=hint, position=place_of(root))


def _refusal(root: Node) -> tuple[str, str]:
    """Return the fact and the hint about a root that is no domain."""
    namespace, _, local = root.tag.rpartition("}")
    namespace = namespace.lstrip("{")
    if local == "domain" and namespace:
        fact = f"the root <domain> is of the namespace '{namespace}': not a libvirt domain"
    elif local == "domain":
        return "<domain> has no 'type': not a libvirt domain definition", "a libvirt domain starts <domain type='kvm'>"
    else:
        fact = f"the root element is <{local}>, not <domain>"
    has_domain = any(True for _ in root.descendants("domain"))
    if local in RECORDS and has_domain:
        return f"{fact}: the domain inside it is a record, not a definition", "edit the domain's own definition"
    if has_domain:
        return f"{fact}, with domains inside", "keep one domain in a file"
    return fact, "name a file that holds a libvirt domain definition"
