"""Names that a script replaces: ``${NAME}``, ``%NAME%`` and ``@name@``."""

from __future__ import annotations

import re

from chanfix.markup.span import Span
from chanfix.template.construct import Construct, Role

__all__ = ["find"]

_PLACEHOLDER = re.compile(rb"""\$\{[A-Za-z_][^{}<>"'\s]*\}|%[A-Z][A-Z0-9_]*%|@[A-Za-z_][A-Za-z0-9_]*@""")


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the placeholders in the order of the text."""
    return [Construct(Span(*match.span()), Role.OUTPUT) for match in _PLACEHOLDER.finditer(data)]
