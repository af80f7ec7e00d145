"""What a grammar has against a document, as values."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

if TYPE_CHECKING:
    from chanfix.relaxng.pattern import Data

__all__ = ["Kind", "Mismatch"]


class Kind(Enum):
    """What is wrong."""

    UNKNOWN_ATTRIBUTE = "unknown attribute"
    UNKNOWN_ELEMENT = "unknown element"
    MISSING_ATTRIBUTE = "missing attribute"
    MISSING_ELEMENT = "missing element"
    BAD_VALUE = "bad value"
    BAD_TEXT = "bad text"
    TOO_EARLY = "in front of what it has to follow"
    TOO_LATE = "behind what it has to precede"


class Mismatch(NamedTuple):
    """One thing that a grammar does not allow, and what it allows instead.

    ``node`` is the element that is wrong, or the one that lacks something. ``name`` is an attribute's or the name of
    what is missing, empty when one of several is; of an element in a wrong place it is that of the sibling that it has
    to follow or to precede. ``text`` is a value that is wrong. ``expected`` are names or values, ``types`` the data
    types that would do as well. ``is_known`` says that the name is right in other circumstances: another value beside
    it, or fewer of them.
    """

    kind: Kind
    node: Node
    name: str = ""
    text: str = ""
    expected: frozenset[str] = frozenset()
    types: tuple[Data, ...] = ()
    is_known: bool = False
