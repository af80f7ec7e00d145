"""Elements made from templates. Each is parsed and checked against our grammar before anyone sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chanfix import resources
from chanfix.domain.agent_name import AGENT_NAME
from chanfix.domain.path.kinds import MAX_BYTES
from chanfix.errors import RenderError, UsageError
from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Document, Node

if TYPE_CHECKING:
    import jinja2

__all__ = ["channel_text", "check_path", "check_port", "render_channel", "render_page", "render_text"]


# Control characters, and what XML 1.0 cannot hold: lone surrogates, as of bytes that are no text, and two more.
_NOT_IN_XML = "[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]"


def render_channel(name: str, path: str | None = None) -> Node:
    """Return the channel for a port of that name; ``path`` None leaves the socket to libvirt.

    Raises ``UsageError`` for a name or a path that cannot work and ``RenderError`` for a template that gives anything
    but an agent channel.
    """
    check_port(name)
    if path is not None:
        check_path(path)
    # docs/tools/generate.py has made the usual one beforehand: the template engine takes longer than all the rest.
    is_usual = name == AGENT_NAME and path is None
    text = resources.read("templates/agent.xml") if is_usual else channel_text(name, path)
    return Document.parse(text.encode()).root


def channel_text(name: str, path: str | None = None) -> str:
    """Return what the template makes of a name and a path, checked. Raises ``RenderError``."""
    text = _render("channel.xml.j2", {"name": name, "path": path}, is_markup=True)
    if not Schema.load(resources.path("schemas/channel.rng")).accepts(Document.parse(text.encode()).root):
        raise RenderError("templates/channel.xml.j2 gives a channel that schemas/channel.rng refuses")
    return text


def check_port(name: str) -> None:
    """Refuse a port name that the guest or the socket's path could not carry."""
    # What is ASCII and printable is not looked at more closely: that pattern takes longer to compile than all the rest.
    is_plain = name.isascii() and name.isprintable()
    if not name or re.search(r"[\s/]", name) or (not is_plain and re.search(_NOT_IN_XML, name)):
        raise UsageError(
            f"port name {name!r} is empty, or holds a blank, a slash or a control character",
            hint="choose one like org.qemu.guest_agent.1",
        )


def check_path(path: str) -> None:
    """Refuse a socket path that QEMU or libvirt could not bind."""
    if not path.startswith("/"):
        raise UsageError(f"socket path {path!r} is not absolute", hint="start it with '/'")
    if re.search(_NOT_IN_XML, path):
        raise UsageError(f"socket path {path!r} holds a control character", hint="choose one without")
    if len(path.encode(errors="surrogateescape")) > MAX_BYTES:
        raise UsageError(f"socket path {path!r} is over {MAX_BYTES} bytes", hint="a Unix socket takes no more")


def render_text(template: str, values: Mapping[str, object]) -> str:
    """Return a page made from a template, its values as they are. Raises ``RenderError``."""
    return _render(template, values, is_markup=False)


def render_page(template: str, values: Mapping[str, object]) -> Iterator[str]:
    """Yield a page of HTML piece by piece, every value in it made harmless. Raises ``RenderError``."""
    import jinja2

    try:
        yield from _template(template, is_markup=True).generate(values)
    except jinja2.TemplateError as error:
        raise _failed(template, error) from None


def _render(template: str, values: Mapping[str, object], *, is_markup: bool) -> str:
    import jinja2

    try:
        return _template(template, is_markup=is_markup).render(values)
    except jinja2.TemplateError as error:
        raise _failed(template, error) from None


def _template(name: str, *, is_markup: bool) -> jinja2.Template:
    # Loaded here: only what makes something from a template pays for the template engine.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.folder("templates")),
        autoescape=is_markup,
        undefined=jinja2.StrictUndefined,
    )
    with resources.reading(f"templates/{name}"):
        try:
            return environment.get_template(name)
        except jinja2.TemplateError as error:  # one that is not found is an OSError, too
            raise _failed(name, error) from None


def _failed(template: str, error: Exception) -> RenderError:
    return RenderError(f"templates/{template} cannot be rendered: {error}")
