"""From bytes to a document, whether they are XML or a template of it. Plain XML costs a look at its bytes, no more."""

from __future__ import annotations

from chanfix.template.endings import is_template_name
from chanfix.template.signs import may_be_template
from chanfix.xml.bounds import known_format, refuse_size
from chanfix.xml.document import Document

__all__ = ["read_document"]


def read_document(data: bytes, name: str = "") -> Document:
    """Parse XML, or a template of XML through a mask; ``name`` is the file's, which tells what it is for.

    Raises ``InputError`` as ``Document.parse`` does, of the kind ``template-not-lintable`` for a template that no mask
    makes XML of.
    """
    refuse_size(data)
    if not (may_be_template(data) or is_template_name(name)) or known_format(data):
        return Document.parse(data)
    # Languages of templates are learnt when the first one comes by.
    from chanfix.template.reading import read_template

    return read_template(data, name)
