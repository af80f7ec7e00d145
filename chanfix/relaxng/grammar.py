"""Reads a RELAX NG grammar in its XML syntax into patterns, so that a refusal can be explained.

libxml2 says whether a document is valid; this reading says what would have been. A construct that it does not know
accepts everything: an explanation may miss something, and invents nothing.
"""

from __future__ import annotations

import os
from copy import deepcopy
from functools import lru_cache

from lxml import etree

from chanfix.errors import InternalError
from chanfix.relaxng.pattern import (
    EMPTY,
    NOT_ALLOWED,
    TEXT,
    Data,
    Named,
    Pattern,
    Value,
    choice,
    group,
    interleave,
    one_or_more,
)

__all__ = ["read_grammar"]

_RNG = "http://relaxng.org/ns/structure/1.0"
_LIBRARY = "datatypeLibrary"
_NAMED = ("element", "attribute")


@lru_cache(maxsize=8)
def read_grammar(path: str) -> Pattern:
    """Return the pattern of whole documents. Raises ``InternalError`` when the file cannot be read."""
    reader = _Reader()
    try:
        reader.collect(path)
    except (etree.XMLSyntaxError, OSError) as error:
        raise InternalError(f"the grammar {path} cannot be read: {error}") from None
    return reader.named("start")


class _Reader:
    def __init__(self) -> None:
        self._definitions: dict[str, list[etree._Element]] = {}
        self._known: dict[str, Pattern] = {}

    def collect(self, path: str) -> None:
        for node in etree.parse(path).getroot().iterchildren(etree.Element):
            if _local(node) == "include":
                self.collect(os.path.join(os.path.dirname(path), node.get("href", "")))
            else:
                self._definitions.setdefault(_defined(node), []).append(node)

    def named(self, name: str) -> Pattern:
        """Return the pattern of a definition; several of one name are combined."""
        if name not in self._known:
            nodes = self._definitions.get(name, [])
            join = interleave if any(node.get("combine") == "interleave" for node in nodes) else choice
            self._known[name] = join(*map(self._inside, nodes)) if nodes else _anything()
        return self._known[name]

    def _inside(self, node: etree._Element) -> Pattern:
        return group(*self._parts(node))

    def _parts(self, node: etree._Element) -> list[Pattern]:
        children = list(node.iterchildren(f"{{{_RNG}}}*"))
        if _local(node) in _NAMED and node.get("name") is None:
            del children[0]  # the names that it may have
        return [self._read(child) for child in children]

    def _read(self, node: etree._Element) -> Pattern:
        match _local(node):
            case "element":
                return Named("element", _name(node), lambda: self._inside(node), _among(node))
            case "attribute":
                return Named("attribute", _name(node), lambda: group(*self._parts(node) or [TEXT]), _among(node))
            case "ref":
                return self.named(node.get("name", ""))
            case "group":
                return self._inside(node)
            case "choice":
                return choice(*self._parts(node))
            case "interleave":
                return interleave(*self._parts(node))
            case "mixed":
                return interleave(TEXT, self._inside(node))
            case "optional":
                return choice(self._inside(node), EMPTY)
            case "oneOrMore":
                return one_or_more(self._inside(node))
            case "zeroOrMore":
                return choice(one_or_more(self._inside(node)), EMPTY)
            case "empty":
                return EMPTY
            case "text":
                return TEXT
            case "notAllowed":
                return NOT_ALLOWED
            case "value":
                return Value(node.text or "")
            case "data":
                return _data(node)
            case _:
                return _anything()


@lru_cache(maxsize=1)
def _anything() -> Pattern:
    attribute, element = Named("attribute", None, lambda: TEXT), Named("element", None, _anything)
    return choice(one_or_more(choice(attribute, element, TEXT)), EMPTY)


def _data(node: etree._Element) -> Data:
    limits = tuple((limit.get("name", ""), limit.text or "") for limit in node.iterchildren(f"{{{_RNG}}}param"))
    around = next(node.iterancestors(*(f"{{{_RNG}}}{name}" for name in ("element", "attribute", "define"))), None)
    name = around.get("name", "") if around is not None and _local(around) == "define" else ""
    return Data(name, node.get("type", ""), limits, _Checker(node))


class _Checker:
    """Lets libxml2 itself compare a text with a data type."""

    def __init__(self, node: etree._Element) -> None:
        self._node = node
        self._grammar: etree.RelaxNG | None = None

    def __call__(self, text: str) -> bool:
        if self._grammar is None:
            element = etree.Element(f"{{{_RNG}}}element", name="x", datatypeLibrary=_inherited(self._node, _LIBRARY))
            element.append(deepcopy(self._node))
            self._grammar = etree.RelaxNG(element)
        probe = etree.Element("x")
        probe.text = text
        return bool(self._grammar.validate(probe))


def _name(node: etree._Element) -> str | None:
    """Return the name of an element or attribute, None when it may have any of several."""
    name = node.get("name")
    if name is None and _local(node[0]) == "name":
        name = node[0].text
    return None if name is None else _in_namespace(node, name)


def _among(node: etree._Element) -> frozenset[str] | None:
    """Return the names of which an element or attribute may have any; None where they are not listed."""
    if node.get("name") is not None or _local(node[0]) != "choice":
        return None
    names = [name for name in node[0].iter(f"{{{_RNG}}}*") if _local(name) != "choice"]
    if any(_local(name) != "name" for name in names):
        return None
    return frozenset(_in_namespace(node, name.text or "") for name in names)


def _in_namespace(node: etree._Element, name: str) -> str:
    namespace = node.get("ns", "") if _local(node) == "attribute" else _inherited(node, "ns")
    return f"{{{namespace}}}{name.strip()}" if namespace else name.strip()


def _inherited(node: etree._Element, attribute: str) -> str:
    around = [node, *node.iterancestors()]
    return next((value for element in around if (value := element.get(attribute)) is not None), "")


def _defined(node: etree._Element) -> str:
    return node.get("name", "") if _local(node) == "define" else _local(node)


def _local(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]
