"""Edits of a domain's ``<features>``."""

from __future__ import annotations

from functools import lru_cache

from chanfix.domain import Domain
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Edit, insert_after, insert_first, set_attribute

__all__ = ["add_feature"]

# What libvirt writes before the features, the last first (``virDomainDefFormatInternalSetRootName``).
_BEFORE = (
    *("os", "bootloader", "idmap", "sysinfo", "resource", "numatune", "cputune", "iothreadids", "iothreads", "vcpus"),
    *("vcpu", "memtune", "blkiotune", "memoryBacking", "currentMemory", "memory", "maxMemory", "name"),
)


def add_feature(domain: Domain, name: str, **attributes: str) -> tuple[Edit, ...]:
    """Return the edits that put a feature in, or give it attributes where it is there already."""
    features = domain.node.child("features")
    if features is None:
        inner = _element(name, attributes)
        wrapped = _parsed(f"<features>{inner}</features>")
        for tag in _BEFORE:
            if (before := domain.node.child(tag)) is not None and not before.is_conditional:
                return (insert_after(before, wrapped),)
        return tuple(insert_first(domain.node, wrapped))
    if there := features.children(name):
        # The last one counts.
        return tuple(set_attribute(there[-1], attribute, value) for attribute, value in attributes.items())
    return _put(features, _parsed(_element(name, attributes)))


@lru_cache(maxsize=16)
def _parsed(text: str) -> Node:
    return Document.parse(text.encode()).root


def _put(features: Node, feature: Node) -> tuple[Edit, ...]:
    children = [child for child in features.children() if not child.is_conditional]
    return (insert_after(children[-1], feature),) if children else tuple(insert_first(features, feature))


def _element(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}{''.join(f' {key}={value!r}' for key, value in attributes.items())}/>"
