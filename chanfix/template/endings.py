"""The endings of files that may hold domain XML: one table for searches, template languages and DOMAIN arguments."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ENDINGS", "Ending", "ending_of", "is_template_name"]


class Ending(NamedTuple):
    """The ending of a file's name, in lower case.

    ``language`` is the template language, a key of ``languages.FINDERS``; empty where the text tells it. A file whose
    ``text_counts`` is searched for ``<domain`` before it is taken for a file of domain XML.
    """

    ending: str
    language: str = ""
    text_counts: bool = True


ENDINGS = (
    Ending(".xml", text_counts=False),
    Ending(".j2", "jinja"),
    Ending(".jinja", "jinja"),
    Ending(".jinja2", "jinja"),
    Ending(".djhtml", "jinja"),
    Ending(".twig", "jinja"),
    Ending(".liquid", "jinja"),
    Ending(".erb", "erb"),
    Ending(".ejs", "ejs"),
    Ending(".tmpl"),
    Ending(".tpl"),
    Ending(".gotmpl", "go"),
    Ending(".mako", "mako"),
    Ending(".tftpl", "terraform"),
    Ending(".hbs", "handlebars"),
    Ending(".handlebars", "handlebars"),
    Ending(".mustache", "handlebars"),
    Ending(".tt", "template_toolkit"),
    Ending(".tt2", "template_toolkit"),
    Ending(".ftl", "freemarker"),
    Ending(".vm", "velocity"),
    Ending(".php", "php"),
    Ending(".in"),
    Ending(".template"),
    Ending(".xsl", "xslt"),
    Ending(".xslt", "xslt"),
)
"""Every ending that chanfix knows; of ``web.xml.j2`` the last one counts."""

_BY_ENDING = {ending.ending: ending for ending in ENDINGS}


def ending_of(name: str) -> Ending | None:
    """Return the entry of a file's name; None for a name that no entry is about."""
    return _BY_ENDING.get("." + name.lower().rpartition(".")[2])


def is_template_name(name: str) -> bool:
    """Return True if a file is a template by its name."""
    ending = ending_of(name)
    return ending is not None and ending.ending != ".xml"
