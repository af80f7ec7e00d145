"""Templates of XML, read where they stand: their constructs become holes of a document."""

from __future__ import annotations

from chanfix.template.plain import is_template_name, read_document

__all__ = ["is_template_name", "read_document"]
