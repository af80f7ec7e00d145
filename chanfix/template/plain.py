"""From bytes to a document, whether they are XML or a template of it. Plain XML costs a look at its bytes, no more."""

from __future__ import annotations

import re

from chanfix.markup.document import Document
from chanfix.markup.refusal import refuse_size
from chanfix.template.endings import ending_of

__all__ = ["is_template_name", "read_document"]

_MARK = (
    rb"\{[{%#\w}]|<%|\$[\w{(\[]|%[A-Za-z(0{%]|@[A-Za-z_]|\[[\[%]|#[A-Za-z_{]|__[A-Za-z]|~[A-Za-z_]|`|<\?=|XSL/Transform"
    rb"|genshi\.edgewall"
)
# In so many bytes a stylesheet says what it is; further down it is known by its marks.
_HEAD = 1024


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
    # Every mark holds one of these, and to look for one byte costs next to nothing. A stylesheet may hold none.
    may_be_template = (
        (b"{" in data or b"%" in data or b"@" in data or b"$" in data)
        or (b"[" in data or b"#" in data or b"~" in data or b"`" in data or b"?" in data or b"__" in data)
    ) and re.search(_MARK, data)
    is_stylesheet = data.find(b"XSL/Transform", 0, _HEAD) >= 0
    if not (may_be_template or is_stylesheet or is_template_name(name)):
        return Document.parse(data)
    # Languages of templates are learnt when the first one comes by.
    from chanfix.template.reading import read_template

    return read_template(data, name)
