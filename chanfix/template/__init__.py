"""Templates of XML, read where they stand: their constructs become holes of a document."""

from __future__ import annotations

from chanfix.template.plain import read_document

__all__ = ["read_document"]
