"""Renders the templates that chanfix ships: the channel, the pages of rules and audits, the files for the guest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chanfix import resources
from chanfix.errors import RenderError

if TYPE_CHECKING:
    import jinja2

__all__ = ["render_markup", "render_page", "render_text"]


def render_markup(template: str, values: Mapping[str, object]) -> str:
    """Return a piece of XML made from a template, every value in it escaped. Raises ``RenderError``."""
    return _render(template, values, is_markup=True)


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
