"""From bytes to a document, whether they are XML or a template of it. Plain XML costs a look at its bytes, no more."""

from __future__ import annotations

import re

from chanfix.markup.document import Document
from chanfix.markup.refusal import refuse_size
from chanfix.template.endings import ending_of

__all__ = ["is_template_name", "read_document"]

_MARK = rb"\{[{%#]|<%|\$\{|%[A-Z]|@[A-Za-z_]"


def is_template_name(name: str) -> bool:
    """Return True if a file is a template by its name."""
    ending = ending_of(name)
    return ending is not None and ending.is_template


def read_document(data: bytes, name: str = "") -> Document:
    """Parse XML, or a template of XML through a mask; ``name`` is the file's, which tells what it is for.

    Raises ``InputError`` as ``Document.parse`` does, of the kind ``template-not-lintable`` for a template that no mask
    makes XML of.
    """
    refuse_size(data)
    # Every mark holds one of three bytes, and to look for one byte costs next to nothing.
    may_be_template = (b"{" in data or b"%" in data or b"@" in data) and re.search(_MARK, data)
    if not (may_be_template or is_template_name(name)):
        return Document.parse(data)
    # Languages of templates are learnt when the first one comes by.
    from chanfix.template.reading import read_template

    return read_template(data, name)
