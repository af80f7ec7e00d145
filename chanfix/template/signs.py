"""The bytes that tell a template from plain XML: a look at them costs a twentieth of what parsing does."""

from __future__ import annotations

import re

__all__ = ["DIRECTIVE_SIGNS", "may_be_template", "may_hold_directives"]

DIRECTIVE_SIGNS = b"%#@$[]{}()~|`"
"""A text between elements that holds one of these is a directive of some template language; else it is a mistake."""

# Compiled when used: hardly any domain holds a sign.
_MARK = (
    rb"\{[{%#$*\w}]|\{/?(?:if|foreach|section|literal|include)\b"
    rb"|<%|\$[\w{(\[]|%[A-Za-z(0{%]|@[A-Za-z_]|\[[\[%]|</?[#@]|#[A-Za-z_{]|__[A-Za-z]|~[A-Za-z_]|`"
    rb"|(?m:^[ \t]*%[ \t]*(?:if|for|while|try|with|end\w+)\b)|#\{?(?:if|foreach|set|macro|parse)\}?\s*\("
    rb"|<\?(?:[Pp][Hh][Pp]\b|=)|XSL/Transform|genshi\.edgewall"
)
# In so many bytes a stylesheet or Genshi says what it is; further down it is known by its marks.
_HEAD = 1024
# A directive stands behind the end of an element, or in front of the start of one. Expressions that each start with
# fixed bytes are a tenth of the work of one that has a choice first.
_BESIDE_ELEMENT = (rb"/>\s*[^\s<]", rb"</[^<>]+>\s*[^\s<]", rb"<\?(?!xml\b)", rb">\s*[^\s<][^<]*<[A-Za-z_]")


def may_be_template(data: bytes) -> bool:
    """Return False if a look at the bytes shows that a text is no template, whatever its name is."""
    if data.find(b"XSL/Transform", 0, _HEAD) >= 0 or data.find(b"genshi.edgewall", 0, _HEAD) >= 0:
        return True
    if not (_holds_sign(data) or b"__" in data):
        return False
    return re.search(_MARK, data) is not None or may_hold_directives(data)


def may_hold_directives(data: bytes) -> bool:
    """Return False if a look at the bytes shows that no directive stands between the elements of a text."""
    return _holds_sign(data) and any(re.search(pattern, data) for pattern in _BESIDE_ELEMENT)


def _holds_sign(data: bytes) -> bool:
    return len(data.translate(None, DIRECTIVE_SIGNS)) != len(data) or data.find(b"<?", 5) >= 0
