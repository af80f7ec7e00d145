"""Walks along a tree with a table for each context, and finds the names and values that are not in it.

A context says what an element may have in its place. It is a table as JSON has it, so that a program which needs few
of them makes nothing of the others: ``attributes`` has for each name the name of its values, ``elements`` the name of
the child's context, ``text`` the name of the values of a text; a context that is ``open`` may have any children.
``since`` and ``until`` have what was not always there, with ``@`` in front of an attribute's name and ``/`` in front
of an element's. Where the content depends on an attribute, ``by`` names it, and ``variants`` has for each of its
values, and under an empty name for none, what is there beside what all of them share.

Values are a table as well: ``values`` that are written out, ``kinds`` of free ones, ``since`` and ``until``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.holes import Unknown

__all__ = ["FREE", "Context", "Contexts", "Stray"]

Context = Mapping[str, Any]

FREE = "text"
"""The kind, and the name of the values, of what may be any text."""

_NOTHING: Mapping[str, Any] = {}
_KEYS = ("attributes", "elements", "since", "until", "otherwise")
# Of each kind the form that every reader of it takes. White space around a text is not compared.
_KINDS = {
    "hex": r"\+?(?:0[xX])?[0-9a-fA-F]+",
    "integer": r"[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)",
    "mac": r"[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5}",
    "number": r"\+?(?:0[xX][0-9a-fA-F]+|[0-9]+)",
    "uuid": r"[0-9a-fA-F](?:[ -]*[0-9a-fA-F]){31}",
}
# The answers about so many values are remembered, if they are short.
_MEMORY = 1 << 13
_LONGEST = 64


class Stray(NamedTuple):
    """A name or a value that is not known in its place, or was not always.

    ``attribute`` is None if it is about the element or its text. ``values`` is the name of the values that were
    expected, empty if the name is not known. ``context`` is that of the element which has the attribute, the text or
    the child. ``is_new`` marks what is known, but was not always.
    """

    node: Node
    attribute: str | None
    values: str
    context: Context
    is_new: bool = False


class Contexts:
    """The contexts of a kind of document, and the values that they speak of."""

    def __init__(self, contexts: Mapping[str, Context], values: Mapping[str, Context]) -> None:
        self.values = values
        self._contexts = contexts
        self._fits = lru_cache(_MEMORY)(self._ask)
        self._of_variant = lru_cache(_MEMORY)(self._join)

    def raw(self, name: str) -> Context:
        """Return a context as it stands in the table, with its variants apart."""
        return self._contexts[name]

    def context(self, name: str, value: str | None = None) -> Context:
        """Return a context; of one with variants, the one for a value of the attribute that decides, None for no value.

        For a value that is not known, names of the variants are there with any value and any content.
        """
        context = self._contexts[name]
        return self._of_variant(name, _kind(context, value)) if "by" in context else context

    def context_of(self, name: str, node: Node) -> Context:
        """Return the context of an element, whose name is known already."""
        by = self._contexts[name].get("by")
        return self.context(name, node.get(by) if by else None)

    def fits(self, values: str, text: str) -> bool | None:
        """Return True if a text always was one of these values, None if it was not always, False if it never was."""
        return self._fits(values, text) if len(text) <= _LONGEST else self._ask(values, text)

    def strays(self, root: Node, start: str) -> Iterator[Stray]:
        """Yield what a tree has that its contexts do not, in no certain order.

        Names of a namespace that no context has are passed over, with all that is in them.
        """
        contexts, document = self._contexts, root.document
        # Of nearly all values that is answered already, and asked without a call of our own.
        known, fits, of_variant = self._fits, self.fits, self._of_variant
        has_holes = document.mask is not None
        waiting = [(root._element, start)]
        while waiting:
            element, here = waiting.pop()
            context = contexts[here]
            if by := context.get("by"):
                kind = Node(element, document).get(by) if has_holes else element.get(by)
                context = of_variant(here, _kind(context, kind))
            new = context.get("since", _NOTHING)
            if items := element.items():
                attributes = context.get("attributes", _NOTHING)
                for name, text in items:
                    if (values := attributes.get(name)) is None:
                        if "{" not in name and "open" not in context:
                            yield Stray(Node(element, document), name, "", context)
                        continue
                    is_right = values == FREE or (len(text) <= _LONGEST and known(values, text))
                    if not is_right and not (verdict := fits(values, text)):
                        yield Stray(Node(element, document), name, values, context, verdict is None)
                    if new and "@" + name in new:
                        yield Stray(Node(element, document), name, "", context, True)
            if not len(element):
                values, text = context.get("text", FREE), element.text or ""
                # What an empty element means depends on the element.
                if values != FREE and not (verdict := fits(values, text)) and text.strip():
                    yield Stray(Node(element, document), None, values, context, verdict is None)
                continue
            elements = context.get("elements", _NOTHING)
            for child in element:
                tag = child.tag
                if below := elements.get(tag):
                    waiting.append((child, below))
                    if new and "/" + str(tag) in new:
                        yield Stray(Node(child, document), None, "", context, True)
                # The tag of a comment is no text. Of what is unknown all is left out.
                elif below is None and isinstance(tag, str) and "{" not in tag and "open" not in context:
                    yield Stray(Node(child, document), None, "", context)

    def _ask(self, values: str, text: str) -> bool | None:
        known = self.values[values]
        text = text.strip()
        if text in known.get("values", ()):
            return None if text in known.get("since", _NOTHING) else True
        kinds = known.get("kinds", ())
        return FREE in kinds or any(re.fullmatch(_KINDS[kind], text) for kind in kinds)

    def _join(self, name: str, kind: str | None) -> Context:
        context = self._contexts[name]
        variants: Mapping[str, Context] = context["variants"]
        if kind is None:
            # Newer ones too: it is not known which of them they are.
            attributes: dict[str, str] = {}
            elements: dict[str, str] = {}
            for variant in variants.values():
                attributes.update(dict.fromkeys(variant.get("attributes", ()), FREE))
                elements.update(dict.fromkeys(variant.get("elements", ()), ""))
            free: Context = {"attributes": attributes, "elements": elements}
        else:
            free = variants[kind]
        return {**context, **{key: {**free.get(key, _NOTHING), **context.get(key, _NOTHING)} for key in _KEYS}}


def _kind(context: Context, value: str | None) -> str | None:
    """Return the name of a variant, None if a template fills it in or there is none."""
    kind = value or ""
    return kind if kind in context["variants"] and not isinstance(value, Unknown) else None
