"""The template languages: one file each, which finds the constructs of its language in a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chanfix.template.construct import Construct
from chanfix.template.languages import (
    ejs,
    erb,
    freemarker,
    genshi,
    go,
    handlebars,
    jinja,
    mako,
    php,
    placeholders,
    smarty,
    template_toolkit,
    terraform,
    velocity,
    xslt,
)

__all__ = ["FINDERS", "Finder"]

Finder = Callable[[bytes, str], list[Construct]]
"""Returns the constructs of a text in its encoding, in the order of the text. Raises ``TemplateError``."""

FINDERS: Mapping[str, Finder] = {
    "ejs": ejs.find,
    "erb": erb.find,
    "freemarker": freemarker.find,
    "genshi": genshi.find,
    "go": go.find,
    "handlebars": handlebars.find,
    "jinja": jinja.find,
    "mako": mako.find,
    "php": php.find,
    "placeholders": placeholders.find,
    "smarty": smarty.find,
    "template_toolkit": template_toolkit.find,
    "terraform": terraform.find,
    "velocity": velocity.find,
    "xslt": xslt.find,
}
"""The languages by their names."""
