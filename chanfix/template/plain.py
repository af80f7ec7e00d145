"""From bytes to a document, whether they are XML or a template of it. Plain XML costs a look at its bytes, no more."""

from __future__ import annotations

import re

from chanfix.markup.document import Document
from chanfix.markup.refusal import refuse_size
from chanfix.template.endings import ending_of

__all__ = ["DIRECTIVE_SIGNS", "is_template_name", "may_hold_directives", "read_document"]

_MARK = (
    rb"\{[{%#$*]|<%|[$%]\{|%[A-Z]|@[A-Za-z_]|\[%|</?[#@]|\{/?(?:if|foreach|section|literal|include)\b"
    rb"|(?m:^[ \t]*%[ \t]*(?:if|for|while|try|with|end\w+)\b)|#\{?(?:if|foreach|set|macro|parse)\}?\s*\("
    rb"|<\?(?:[Pp][Hh][Pp]\b|=)"
)

# Of two directives with an element in between, the second stands behind the end of an element.
_BEHIND_ELEMENT = rb"(?:/|</[^<>]*)>\s*[^\s<]|<\?(?!xml\b)"

DIRECTIVE_SIGNS = (b"%", b"#", b"@", b"$", b"[", b"{", b"(", b"~", b"|", b"`", b")", b"]", b"}")
"""A text between elements that holds one of these is a directive of some template language; else it is a mistake."""


def is_template_name(name: str) -> bool:
    """Say whether a file is a template by its name."""
    ending = ending_of(name)
    return ending is not None and ending.ending != ".xml"


def read_document(data: bytes, name: str = "") -> Document:
    """Parse XML, or a template of XML through a mask; ``name`` is the file's, which tells what it is for.

    Raises ``InputError`` as ``Document.parse`` does, of the kind ``template-not-lintable`` for a template that no mask
    makes XML of.
    """
    refuse_size(data)
    if not (_may_be_template(data) or is_template_name(name)):
        return Document.parse(data)
    # Languages of templates are learnt when the first one comes by.
    from chanfix.template.reading import read_template

    return read_template(data, name)


def may_hold_directives(data: bytes) -> bool:
    """Return False if a look at the bytes shows that no directive stands between the elements of a text."""
    # One byte is found much sooner than an expression, and hardly any domain holds one of these.
    return any(sign in data for sign in (*DIRECTIVE_SIGNS, b"?>")) and re.search(_BEHIND_ELEMENT, data) is not None


def _may_be_template(data: bytes) -> bool:
    # Every mark holds one of these signs, and to look for one costs next to nothing.
    has_sign = b"{" in data or b"%" in data or b"@" in data or b"#" in data or data.find(b"<?", 5) >= 0
    return (has_sign and re.search(_MARK, data) is not None) or may_hold_directives(data)
