"""How well the words of a refusal name a part of the domain. That decides where several may be at fault."""

from __future__ import annotations

import re

from chanfix.oracle.parts import Piece
from chanfix.xml.span import Span

__all__ = ["CERTAIN", "NAMED", "Naming"]

NAMED = 2
"""The name or the value of the part is among the words."""
CERTAIN = 3
"""More than one thing speaks for the part."""

_LONGEST_VALUE = 200


class Naming:
    """The words of one refusal."""

    def __init__(self, message: str) -> None:
        self._message = message.lower()
        self._words = frozenset(re.findall(r"[\w.:/-]+", self._message.replace("read-only", "readonly")))
        self._scores: dict[Span, int] = {}
        self.is_missing = "missing" in self._message
        """True if the words speak of something that is not there."""

    def score(self, piece: Piece) -> int:
        """Return how well a part is named, 0 for not at all."""
        if piece.cut not in self._scores:
            self._scores[piece.cut] = 0 if self._is_contradicted(piece) else self._score(piece)
        return self._scores[piece.cut]

    def _score(self, piece: Piece) -> int:
        score = NAMED if piece.name.lower() in self._words and not piece.is_text else 0
        if piece.is_element:
            return score
        value = piece.value.strip().lower()
        if value and len(value) < _LONGEST_VALUE:
            is_telling = len(value) > 2 and not value.isdecimal()
            if f"'{value}'" in self._message or (is_telling and value in self._words):
                score += NAMED
        return score + 1 if score and piece.node.tag.lower() in self._words else score

    def _is_contradicted(self, piece: Piece) -> bool:
        """Return True if the words have another value for an attribute of the element, as in index='1'."""
        for name, value in piece.node.attributes.items():
            if f"{name.lower()}='" in self._message:
                stated = set(re.findall(rf"(?<![\w-]){re.escape(name.lower())}='([^']*)(?:'|$)", self._message))
                if stated and value.lower() not in stated:
                    return True
        return False
