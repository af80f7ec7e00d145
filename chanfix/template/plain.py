"""From bytes to a document, whether they are XML or a template of it. Plain XML costs a look at its bytes, no more."""

from __future__ import annotations

import re

from chanfix.markup.document import Document
from chanfix.markup.refusal import refuse_size
from chanfix.template.endings import ending_of

__all__ = ["is_template_name", "read_document"]

_MARK = (
    rb"\{[{%#$*]|<%|[$%]\{|%[A-Z]|@[A-Za-z_]|\[%|</?[#@]|\{/?(?:if|foreach|section|literal|include)\b"
    rb"|(?m:^[ \t]*%[ \t]*(?:if|for|while|try|with|end\w+)\b)|#\{?(?:if|foreach|set|macro|parse)\}?\s*\("
    rb"|<\?(?:[Pp][Hh][Pp]\b|=)"
)


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
    # Every mark holds one of these, and to look for one byte costs next to nothing.
    has_sign = b"{" in data or b"%" in data or b"@" in data or b"#" in data or data.find(b"<?", 5) >= 0
    may_be_template = has_sign and re.search(_MARK, data)
    if not (may_be_template or is_template_name(name)):
        return Document.parse(data)
    # Languages of templates are learnt when the first one comes by.
    from chanfix.template.reading import read_template

    return read_template(data, name)
