"""Which template language a text is in, where the ending of its file does not tell."""

from __future__ import annotations

from collections.abc import Callable

from chanfix.template.languages import (
    ejs,
    freemarker,
    go,
    handlebars,
    mako,
    php,
    smarty,
    template_toolkit,
    terraform,
    velocity,
)

__all__ = ["recognise"]

# In this order: the first that recognises its own counts. A mark is a piece of text that all of them have.
_LANGUAGES: tuple[tuple[bytes, str, Callable[[bytes], bool]], ...] = (
    (b"<?", "php", php.looks_like_php),
    (b"%", "mako", mako.looks_like_mako),
    (b"<%", "ejs", ejs.looks_like_ejs),
    (b"<%", "erb", lambda data: True),
    (b"[%", "template_toolkit", template_toolkit.looks_like_template_toolkit),
    (b"{{", "handlebars", handlebars.looks_like_handlebars),
    (b"{{", "go", go.looks_like_go),
    (b"{{", "jinja", lambda data: True),
    (b"{%", "jinja", lambda data: True),
    (b"<", "freemarker", freemarker.looks_like_freemarker),
    (b"#", "velocity", velocity.looks_like_velocity),
    (b"{", "terraform", terraform.looks_like_terraform),
    (b"{#", "jinja", lambda data: True),
    (b"{", "smarty", smarty.looks_like_smarty),
)


def recognise(text: bytes) -> str:
    """Return the language of a text, a key of ``FINDERS``: placeholders if it is no other."""
    found = (name for mark, name, looks_like in _LANGUAGES if mark in text and looks_like(text))
    return next(found, "placeholders")
