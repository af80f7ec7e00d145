"""The endings of files that may hold domain XML: one table for searches, template languages and DOMAIN arguments."""

from __future__ import annotations

from enum import Enum

from chanfix.named_tuple import NamedTuple

__all__ = [
    "ENDINGS",
    "NOT_SEARCHED",
    "Ending",
    "Search",
    "ending_of",
    "is_file_name",
    "is_template_name",
    "may_hold_domain",
]

_DOMAIN = (b"<domain",)
# A stylesheet that changes domains has no <domain> of its own.
_STYLESHEET = (*_DOMAIN, b"<channel", b"devices")


class Search(Enum):
    """How a search decides whether a file with an ending is to be linted."""

    NAME = "by name"
    AFTER_XML = "by name after `.xml`, else by text"
    TEXT = "by text"


class Ending(NamedTuple):
    """The ending of a file's name, in lower case.

    ``language`` is the template language, a key of ``languages.FINDERS``; empty where the text tells it. By text, a
    search takes files that hold one of ``marks``. Where ``names_file`` is false, machines have names that end so too:
    a DOMAIN argument is then a file only with ``.xml`` before the ending.
    """

    ending: str
    language: str = ""
    search: Search = Search.AFTER_XML
    marks: tuple[bytes, ...] = _DOMAIN
    names_file: bool = True
    is_template: bool = True

    def counts_by_name(self, name: str) -> bool:
        """Return True if a search takes a file of that name without a look at its text."""
        if self.search is Search.AFTER_XML:
            return name.lower().endswith(".xml" + self.ending)
        return self.search is Search.NAME

    def holds_mark(self, data: bytes) -> bool:
        """Return True if a text holds one of the marks."""
        return any(mark in data for mark in self.marks)


_VARIANT = Ending(".xml.*", search=Search.TEXT, is_template=False)
ENDINGS = (
    Ending(".xml", search=Search.NAME, is_template=False),
    _VARIANT,
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
    Ending(".tt", "template_toolkit", names_file=False),
    Ending(".tt2", "template_toolkit"),
    Ending(".ftl", "freemarker"),
    Ending(".vm", "velocity", names_file=False),
    Ending(".php", "php"),
    Ending(".in", search=Search.TEXT, names_file=False),
    Ending(".template", search=Search.TEXT, names_file=False),
    Ending(".xsl", "xslt", search=Search.TEXT, marks=_STYLESHEET),
    Ending(".xslt", "xslt", search=Search.TEXT, marks=_STYLESHEET),
)
"""Every ending that chanfix knows; of ``web.xml.j2`` the last one counts.

``.xml.*`` stands for an ending after ``.xml`` that is not in the table, as in ``web.xml.dist``.
"""

NOT_SEARCHED = (
    *("bak", "backup", "old", "orig", "rej", "save", "swo", "swp", "tmp", "diff", "patch"),
    *("dpkg-dist", "dpkg-new", "dpkg-old", "rpmnew", "rpmorig", "rpmsave"),
    *("7z", "bz2", "gz", "xz", "zip", "zst"),
)
"""Endings that a search passes over even after ``.xml``: old copies, changes, packed files. ``~`` is another."""

_BY_ENDING = {ending.ending: ending for ending in ENDINGS}
_NOT_SEARCHED = frozenset(NOT_SEARCHED)


def ending_of(name: str) -> Ending | None:
    """Return the entry of a file's name or path; None for a name that no entry is about."""
    name = name.lower()
    last = name[name.rfind(".") :]  # a letter where there is no dot, and no entry is a letter
    found = _BY_ENDING.get(last)
    if found is None and ".xml." in name and ".xml." in name[name.rfind("/") + 1 :]:
        return None if last[1:] in _NOT_SEARCHED or last.endswith("~") else _VARIANT
    return found


def is_template_name(name: str) -> bool:
    """Return True if a file is a template by its name."""
    ending = ending_of(name)
    return ending is not None and ending.is_template


def is_file_name(name: str) -> bool:
    """Return True if a DOMAIN argument of that name is a file, an old copy of one as well."""
    lowered = name.lower()
    if ".xml." in lowered or lowered.rstrip("~").endswith(".xml"):
        return True
    ending = ending_of(name)
    return ending is not None and ending.names_file


def may_hold_domain(name: str, data: bytes) -> bool:
    """Return True if a text holds a mark of domain XML, by the entry of its name or by that of ``.xml``."""
    return (ending_of(name) or _VARIANT).holds_mark(data)
