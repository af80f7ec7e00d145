"""JSON in ASCII, as every reader takes it."""

from __future__ import annotations

import re
from typing import TextIO

__all__ = ["dump"]

# Backslashes and whole surrogate pairs are stepped over; what is then left of surrogates stands alone.
_LONE_SURROGATE = re.compile(r"(\\\\|\\ud[89ab]..\\ud[c-f]..)|\\ud[89a-f]..")


def dump(value: object, stream: TextIO) -> None:
    """Write a value as one JSON document.

    A lone surrogate, as in the name of a file that is not Unicode, would make strict readers refuse all of it.
    """
    import json

    text = _LONE_SURROGATE.sub(lambda match: match[1] or "\\ufffd", json.dumps(value, indent=2))
    stream.write(text + "\n")
