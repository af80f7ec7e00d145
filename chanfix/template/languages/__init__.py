"""The template languages: one file each, which finds the constructs of its language in a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chanfix.template.construct import Construct
from chanfix.template.languages import erb, genshi, go, jinja, placeholders, xslt

__all__ = ["FINDERS", "Finder"]

Finder = Callable[[bytes, str], list[Construct]]
"""Returns the constructs of a text in its encoding, in the order of the text. Raises ``TemplateError``."""

FINDERS: Mapping[str, Finder] = {
    "erb": erb.find,
    "genshi": genshi.find,
    "go": go.find,
    "jinja": jinja.find,
    "placeholders": placeholders.find,
    "xslt": xslt.find,
}
"""The languages by their names."""
