"""Genshi: elements and attributes of its namespace are constructs, and ``$name`` and ``${name}`` are output."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role
from chanfix.xml.document import Document, Node
from chanfix.xml.span import Span

__all__ = ["NAMESPACE", "find"]

NAMESPACE = b"http://genshi.edgewall.org/"
"""The namespace, as a text in ASCII or a superset of it has it."""
_GENSHI = f"{{{NAMESPACE.decode()}}}"
_ELSEWHERE = ("def", "match")
_CONDITIONS = ("if", "for")
_ARMS = ("when", "otherwise")
_INTERPOLATED = re.compile(
    rb"""(?s)(?P<aside><!--.*?-->|<\?.*?\?>)|\$\$|\$[A-Za-z_][\w.]*|\$\{(?>(?:[^{}]+|\{[^{}]*\})*)\}"""
)
_PREFIX = re.compile(rb"""xmlns:([\w.-]+)\s*=\s*["']http://genshi\.edgewall\.org/["']""")
_ALWAYS = ("", "1", "True")


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``InputError`` for what is no XML."""
    finder = _Finder(data)
    finder.element(Document.parse(data).root)
    found = finder.found
    for match in _INTERPOLATED.finditer(data):
        if match["aside"] is None:
            found.append(Construct(Span(*match.span()), Role.OUTPUT))
    return sorted(found, key=lambda construct: construct.span)


def _directive(node: Node) -> str:
    """Return the name of an element of Genshi; nothing for another element."""
    return node.tag.removeprefix(_GENSHI) if node.tag.startswith(_GENSHI) else ""


class _Finder:
    def __init__(self, data: bytes) -> None:
        self._prefixes = tuple(match + b":" for match in set(_PREFIX.findall(data)))
        self.found: list[Construct] = []

    def _add(self, start: int, end: int, role: Role = Role.SILENT) -> None:
        self.found.append(Construct(Span(start, end), role, Flow.CHOICE))

    def element(self, node: Node) -> None:
        """Find what is in an element that stands in no arm of its own."""
        place, name = node.place, _directive(node)
        directives = _directives(node)
        if name in _ELSEWHERE or not directives.isdisjoint(_ELSEWHERE):
            self._add(place.start, place.end)
        elif name in (*_CONDITIONS, *_ARMS) and not place.is_self_closing:
            self._add(place.start, place.inner, Role.OPEN)
            self._children(node)
            self._add(place.outer, place.end, Role.CLOSE)
        elif not directives.isdisjoint((*_CONDITIONS, *_ARMS)):
            self._add(place.start, place.start, Role.OPEN)
            self._literal(node, directives)
            self._add(place.end, place.end, Role.CLOSE)
        else:
            self._literal(node, directives)

    def _literal(self, node: Node, directives: set[str]) -> None:
        """Find what is in an element beside the conditions on which it is there."""
        place, name = node.place, _directive(node)
        is_bare = name in ("with", "choose")
        strips = node.get(f"{_GENSHI}strip")
        if (name and not is_bare) or "replace" in directives or (strips is not None and strips not in _ALWAYS):
            self._add(place.start, place.end, Role.OUTPUT)
            return
        if is_bare or strips is not None:
            self._add(place.start, place.inner)
        else:
            self._start_tag(node, overrides="attrs" in directives)
        if "content" in directives and not place.is_self_closing:
            self._add(place.inner, place.outer, Role.OUTPUT)
        elif name == "choose" or "choose" in directives:
            self._choose(node)
        else:
            self._children(node)
        if (is_bare or strips is not None) and not place.is_self_closing:
            self._add(place.outer, place.end)

    def _start_tag(self, node: Node, *, overrides: bool) -> None:
        for attribute in node.attribute_places:
            if attribute.name.startswith(self._prefixes):
                brings = attribute.name.endswith(b":attrs")
                self._add(*attribute.span, Role.OUTPUT if brings else Role.SILENT)
            elif overrides and not attribute.value.is_empty:
                self._add(*attribute.value, Role.OUTPUT)

    def _children(self, node: Node) -> None:
        for child in node.children():
            self.element(child)

    def _choose(self, node: Node) -> None:
        role = Role.OPEN
        for child in node.children():
            place, directives = child.place, _directives(child)
            if _directive(child) in _ARMS:
                self._add(place.start, place.inner, role)
                self._children(child)
                if not place.is_self_closing:
                    self._add(place.outer, place.end)
            elif not directives.isdisjoint(_ARMS):
                self._add(place.start, place.start, role)
                self._literal(child, directives)
            else:
                self.element(child)
                continue
            role = Role.MIDDLE
        if role is Role.MIDDLE:
            self._add(node.place.outer, node.place.outer, Role.CLOSE)


def _directives(node: Node) -> set[str]:
    """Return the names of an element's directives, which are attributes."""
    return {name.removeprefix(_GENSHI) for name in node.attributes if name.startswith(_GENSHI)}
