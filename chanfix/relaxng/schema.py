"""RELAX NG grammars, loaded once, and libxml2's verdict on a document."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from chanfix.errors import InternalError
from chanfix.xml.document import Node

__all__ = ["Schema"]


class Schema:
    """A RELAX NG grammar."""

    def __init__(self, grammar: etree.RelaxNG, path: str) -> None:
        self._grammar = grammar
        self._path = path

    @classmethod
    @lru_cache(maxsize=8)
    def load(cls, path: str) -> Schema:
        """Load a grammar and what it includes. Raises ``InternalError`` when it cannot be read."""
        try:
            return cls(etree.RelaxNG(file=path), path)
        except (etree.RelaxNGParseError, etree.XMLSyntaxError, OSError) as error:
            raise InternalError(f"the grammar {path} cannot be read: {error}") from None

    def accepts(self, node: Node) -> bool:
        """Return True if the grammar accepts an element as a document of its own."""
        return self.takes(node._element)

    def takes(self, element: etree._Element) -> bool:
        """Return True if the grammar accepts a tree that is no document's, or not as it stands there."""
        return bool(self._grammar.validate(element))

    def blamed(self, root: etree._Element) -> etree._Element | None:
        """Return the element that libxml2 named when it refused a tree just now; None where it named none."""
        paths = [error.path for error in self._grammar.error_log if error.path]
        try:
            found = root.xpath(paths[-1]) if paths else []
        except etree.XPathError:
            return None
        return found[0] if isinstance(found, list) and found else None
