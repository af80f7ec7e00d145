"""XSLT: elements of its namespace are constructs, and what stands between them is the result.

Of a stylesheet that makes domains the ``<domain>`` is left. One that patches domains becomes a domain of which only the
new devices are known: the tags of a template that matches ``devices`` or a device are read as those of ``<devices>``.
"""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.xml.document import Document, Node
from chanfix.xml.scan import AttributeSpan
from chanfix.xml.span import Span

__all__ = ["NAMESPACE", "find"]

_XSLT = "http://www.w3.org/1999/XSL/Transform"
NAMESPACE = _XSLT.encode()
"""The namespace, as a text in ASCII or a superset of it has it."""
_SHEETS = ("stylesheet", "transform")
_CONDITIONS = ("if", "for-each", "for-each-group")
_SILENT = ("comment", "message", "param", "processing-instruction", "sort", "variable", "with-param")
_DEVICES = frozenset(
    (
        *("audio", "channel", "console", "controller", "crypto", "disk", "emulator", "filesystem", "graphics"),
        *("hostdev", "hub", "input", "interface", "iommu", "lease", "memballoon", "panic", "parallel", "redirdev"),
        *("redirfilter", "rng", "serial", "shmem", "smartcard", "sound", "tpm", "video", "vsock", "watchdog"),
    )
)
_PREFIX = re.compile(rb"""xmlns:([\w.-]+)\s*=\s*["']http://www\.w3\.org/1999/XSL/Transform["']""")
# An expression in an attribute's value; a brace that is doubled is one brace, which the bytes do not show.
_EXPRESSION = re.compile(rb"""\{\{|\}\}|\{(?>(?:[^{}"']+|"[^"]*"|'[^']*'))*\}""")
_TERRAFORM = re.compile(rb"\$\{~?\s*[A-Za-z_][^{}<>]*\}|%\{~?\s*(?P<word>[a-z]+)[^{}<>]*\}")
_ROLES = {b"if": Role.OPEN, b"for": Role.OPEN, b"else": Role.MIDDLE, b"endif": Role.CLOSE, b"endfor": Role.CLOSE}
_STRING = re.compile(r"""'[^']*'|"[^"]*\"""")
_PREDICATE = re.compile(r"\[[^\[\]]*\]")


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text.

    Raises ``InputError`` for what is no XML, ``TemplateError`` for a stylesheet of another language.
    """
    root = Document.parse(data).root
    finder = _Finder(data)
    namespace, _, local = root.tag.rpartition("}")
    if local not in _SHEETS:
        finder.literal(root)
    elif namespace.lstrip("{") == _XSLT:
        finder.stylesheet(root)
    else:
        expected = f"the namespace of <{local}> is '{namespace.lstrip('{')}'; XSLT's is '{_XSLT}'"
        raise TemplateError(expected, root.place.start)
    # A stylesheet may be a template of Terraform itself.
    for match in _TERRAFORM.finditer(data):
        finder.found.append(Construct(Span(*match.span()), _ROLES.get(match["word"], Role.OUTPUT), Flow.CHOICE))
    return sorted(finder.found, key=lambda construct: construct.span)


def _instruction(node: Node) -> str:
    """Return the name of an instruction of XSLT; nothing for an element of the result."""
    namespace, _, local = node.tag.rpartition("}")
    return local if namespace == f"{{{_XSLT}" else ""


class _Finder:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._prefixes = tuple(match + b":" for match in set(_PREFIX.findall(data)))
        self._is_patch = False
        self.found: list[Construct] = []

    def _add(
        self, start: int, end: int, role: Role = Role.SILENT, flow: Flow = Flow.ONCE, instead: bytes = b""
    ) -> None:
        if start < end:
            self.found.append(Construct(Span(start, end), role, flow, instead=instead))

    def _hide(self, node: Node, role: Role = Role.OUTPUT) -> None:
        self._add(node.place.start, node.place.end, role)

    def stylesheet(self, root: Node) -> None:
        """Find what is in a stylesheet, and put an element around it for the tree."""
        place = root.place
        for node in root.children():
            if _instruction(node) == "template" and not node.place.is_self_closing:
                self._template(node)
            else:
                self._hide(node, Role.SILENT)
        name = b"domain" if self._is_patch else b"domains"
        self._add(place.start, place.start + 1 + len(place.name), instead=b"<" + name)
        for attribute in root.attribute_places:
            is_ours = self._data[attribute.value.start : attribute.value.end] == NAMESPACE
            if is_ours:
                # Of what type the domains are nobody knows.
                self._add(*attribute.span, instead=b"type=''" if self._is_patch else b"")
            elif not attribute.name.startswith(b"xmlns"):
                self._add(*attribute.span)
        if place.is_self_closing:
            return
        self._add(place.outer, place.end, instead=b"</" + name + b">")

    def _template(self, node: Node) -> None:
        place, kind = node.place, _kind(node)
        results = _results(node)
        names = {result.tag for result in results}
        makes_domain = any(True for _ in node.descendants("domain"))
        if not makes_domain and node.get("match") is None and names and names <= _DEVICES:
            kind = "device"
        if not makes_domain and not kind:
            self._hide(node)
            return
        makes_devices = not makes_domain and kind in ("devices", "device") and "devices" not in names
        self._is_patch = self._is_patch or not makes_domain
        if makes_devices:
            self._add(place.start, place.inner, Role.OPEN, Flow.CHOICE, b"<devices>")
            self._add(place.outer, place.end, Role.CLOSE, instead=b"</devices>")
        else:
            self._add(place.start, place.inner, Role.OPEN, Flow.CHOICE)
            self._add(place.outer, place.end, Role.CLOSE)
        self._children(node, copies_context=kind in ("devices", "domain") and (makes_devices or kind == "domain"))

    def literal(self, node: Node) -> None:
        """Find what is in an element of the result."""
        place = node.place
        attributes = [found for found in node.attribute_places if not self._is_of_xslt(found)]
        givers = self._givers(node)
        if givers:
            self._add(place.inner - 1, givers[-1].place.end, Role.OUTPUT, instead=b">")
        if _may_override(givers, attributes):
            for found in attributes:
                self._add(*found.value, Role.OUTPUT)
            attributes = []
        for found in attributes:
            value = found.value
            for match in _EXPRESSION.finditer(self._data, value.start, value.end):
                self._add(*match.span(), Role.OUTPUT)
        self._children(node, passed=len(givers))

    def _is_of_xslt(self, attribute: AttributeSpan) -> bool:
        if not attribute.name.startswith(self._prefixes):
            return False
        brings = attribute.name.endswith(b":use-attribute-sets")
        self._add(*attribute.span, Role.OUTPUT if brings else Role.SILENT)
        return True

    def _givers(self, node: Node) -> list[Node]:
        """Return the instructions that come first in an element and may give it attributes."""
        givers: list[Node] = []
        at = node.place.inner
        for child in node.children():
            if not (_may_give_attributes(child) or _instruction(child) in _SILENT) or _has_text(
                self._data[at : child.place.start]
            ):
                break
            givers.append(child)
            at = child.place.end
        while givers and _instruction(givers[-1]) in _SILENT:
            givers.pop()
        return givers

    def _children(self, node: Node, *, copies_context: bool = False, passed: int = 0) -> None:
        for child in node.children()[passed:]:
            name = _instruction(child)
            if not name:
                self.literal(child)
            elif child.place.is_self_closing or not (name in _CONDITIONS or name in ("choose", "copy")):
                self._hide(child, Role.SILENT if name in (*_SILENT, *_CONDITIONS, "choose") else Role.OUTPUT)
            elif name == "choose":
                self._choose(child, copies_context=copies_context)
            elif name == "copy" and not copies_context:
                self._hide(child)
            else:
                is_condition = name != "copy"
                place = child.place
                self._add(place.start, place.inner, Role.OPEN if is_condition else Role.SILENT, Flow.CHOICE)
                self._children(child, copies_context=copies_context and name == "if")
                self._add(place.outer, place.end, Role.CLOSE if is_condition else Role.SILENT)

    def _choose(self, node: Node, *, copies_context: bool) -> None:
        place, role = node.place, Role.OPEN
        arms = node.children()
        if not arms or any(_instruction(arm) not in ("when", "otherwise") for arm in arms):
            self._hide(node)
            return
        self._add(place.start, place.inner)
        for arm in arms:
            self._add(arm.place.start, arm.place.inner, role, Flow.CHOICE)
            self._children(arm, copies_context=copies_context)
            self._add(arm.place.outer, arm.place.end)
            role = Role.MIDDLE
        self._add(place.outer, place.end, Role.CLOSE)


def _results(node: Node) -> list[Node]:
    """Return the elements of the result that are in no other of them."""
    found: list[Node] = []
    for child in node.children():
        found += _results(child) if _instruction(child) else [child]
    return found


def _may_give_attributes(node: Node) -> bool:
    """Return False if it is certain that an instruction gives no attributes to the element around it."""
    name = _instruction(node)
    if name in ("choose", "when", "otherwise", *_CONDITIONS):
        return any(map(_may_give_attributes, node.children()))
    if name in ("apply-templates", "copy-of"):
        select = _STRING.sub("", node.get("select") or "")
        return "@" in select or "attribute::" in select or "$" in select or "(" in select.replace("node()", "")
    return name in ("apply-imports", "attribute", "call-template")


def _may_override(givers: list[Node], attributes: list[AttributeSpan]) -> bool:
    """Return True if instructions may give an attribute that is written too: what comes later counts."""
    written = {attribute.name.decode("utf-8", "replace") for attribute in attributes}
    names = [giver.get("name") or "{" for giver in givers if _instruction(giver) == "attribute"]
    givers = [giver for giver in givers if _instruction(giver) not in ("attribute", *_SILENT)]
    return bool(givers) or any("{" in name or name in written for name in names)


def _has_text(between: bytes) -> bool:
    return bool(re.sub(rb"(?s)<!--.*?-->", b"", between).strip())


def _kind(template: Node) -> str:
    """Return in what a template's results stand: "devices", "domain", or beside a "device"; else nothing."""
    pattern = _STRING.sub("", template.get("match") or "")
    while (shorter := _PREDICATE.sub("", pattern)) != pattern:
        pattern = shorter
    kinds = {_kind_of_path(path) for path in pattern.split("|")}
    return kinds.pop() if len(kinds) == 1 else ""


def _kind_of_path(path: str) -> str:
    *before, last = (step.strip().removeprefix("child::") for step in path.split("/"))
    if last in ("devices", "domain"):
        return last
    return "device" if last in _DEVICES or before[-1:] == ["devices"] else ""
