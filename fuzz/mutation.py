"""Changes XML by elements and attributes, which changes by bytes alone seldom do without breaking it."""

from __future__ import annotations

import re
from random import Random

from chanfix.lint.rules import RULES, load

__all__ = ["mutated"]

# An element that holds at most text.
_ELEMENT = re.compile(rb"<([\w:.-]+)(?:\s[^<>]*)?(?:/>|(?<!/)>[^<>]*</\1\s*>)|<!--.*?-->", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""\s+[\w:.-]+\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
# What may stand among devices.
_FRAGMENTS = [
    example.xml.encode()
    for rule in RULES
    for example in load(rule).examples
    if example.xml.startswith("<") and not example.xml.startswith(("<domain", "<?", "<!D"))
]


def mutated(data: bytes, most: int, chance: Random) -> bytes:
    """Return an input with one thing in it taken out, doubled, moved or put in; the same when it holds none."""
    pattern = chance.choice((_ELEMENT, _ELEMENT, _ATTRIBUTE))
    spans = [match.span() for match in pattern.finditer(data)]
    if not spans:
        return data
    (start, end), (other_start, other_end) = chance.choice(spans), chance.choice(spans)
    one, other = data[start:end], data[other_start:other_end]
    new = chance.choice((b"", one + one, other, one + other, one + chance.choice(_FRAGMENTS), b"\n" + one, one + b" "))
    changed = data[:start] + new + data[end:]
    return changed if len(changed) <= most else data
