"""Jinja templates with values: rendered within limits, and each byte of the result traced back to the template."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chanfix import files
from chanfix.errors import ConfigError, InputError
from chanfix.template.construct import Construct, TemplateError
from chanfix.template.languages import jinja
from chanfix.template.plain import read_document
from chanfix.template.reading import language_of
from chanfix.template.rendered.bounded import do
from chanfix.template.rendered.marks import read_marks
from chanfix.xml.bounds import refuse_size
from chanfix.xml.decode import decode
from chanfix.xml.document import Document
from chanfix.xml.origin import Origin
from chanfix.xml.span import LineIndex, Span

__all__ = ["read_rendered", "read_variables"]

_MAX_VARIABLES = 1 << 20
_QUOTED = re.compile(r"'([^']+)'")


def read_variables(path: Path) -> str:
    """Return the variables of a YAML or JSON file, as JSON. Raises ``ConfigError``."""
    is_yaml = path.suffix.lower() != ".json"
    if is_yaml and not _has_yaml():
        hint = "pip install 'chanfix[vars]', or give JSON in a file that ends in .json"
        raise ConfigError(f"{path}: YAML is read by PyYAML, which is not installed", hint=hint)
    try:
        data = files.read(path)
        if len(data) > _MAX_VARIABLES:
            raise ConfigError(f"{path}: variables are read up to {_MAX_VARIABLES >> 20} MiB")
        answer = do(task="variables", text=data.decode("utf-8-sig"), is_yaml=is_yaml)
    except InputError as error:
        raise ConfigError(f"{path}: {error.message}", hint=error.hint) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte 0x{data[error.start]:02x} is not UTF-8") from None
    if fault := answer.get("fault"):
        raise ConfigError(f"{path}: {fault}", hint="give a mapping of names to values, as YAML or JSON has it")
    return str(answer["variables"])


def _has_yaml() -> bool:
    from importlib.util import find_spec

    return find_spec("yaml") is not None


def read_rendered(data: bytes, name: str, variables: str) -> Document:
    """Parse what a Jinja template gives with variables; a text that is none is read as ever.

    Places are the template's: the document has an ``origin``, and cannot be edited. Raises ``InputError``.
    """
    refuse_size(data)
    if language_of(data, name) is not jinja.find or not (text := decode(data)).is_original:
        return read_document(data, name)
    try:
        constructs = jinja.find(data, text.encoding)
    except TemplateError:
        constructs = []
    if not constructs:
        return read_document(data, name)
    rendered, origin = _render(data, text.encoding, variables, constructs)
    try:
        document = Document.parse(rendered)
    except InputError as error:
        if error.position is not None:
            offset = LineIndex(rendered, text.encoding).offset(error.position)
            error.position = origin.lines.position(origin.span(Span(offset, offset)).start)
        raise
    document.is_editable = False
    document.origin = origin
    return document


def _render(data: bytes, encoding: str, variables: str, constructs: Sequence[Construct]) -> tuple[bytes, Origin]:
    key = secrets.token_hex(16)
    answer = do(task="render", text=jinja.text_of(data, encoding), encoding=encoding, variables=variables, key=key)
    if fault := answer.get("fault"):
        place = _place(answer, data, encoding, constructs)
        position = None if place is None else LineIndex(data, encoding).position(place)
        raise InputError(f"the template cannot be rendered: {fault}", position=position)
    rendered, pieces = read_marks(key, answer["rendered"], encoding)
    return rendered, Origin(data, encoding, pieces)


def _place(answer: dict[str, Any], data: bytes, encoding: str, constructs: Sequence[Construct]) -> int | None:
    """Return the byte that a fault is at: the word it speaks of, in the construct that was at work."""
    last: int | None = answer.get("near")
    if answer.get("line") is None:
        return last
    line = LineIndex(data, encoding).line_span(answer["line"])
    here = [construct.span for construct in constructs if construct.span.overlaps(line)]
    here = [span for span in here if span.start == last] or here
    for word in _QUOTED.findall(answer["fault"]):
        found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)".encode(encoding, "replace"))
        for span in here:
            if match := found.search(data, span.start, span.end):
                return match.start()
    return here[0].start if here else line.start
