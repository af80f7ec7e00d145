"""libvirt's own RELAX NG schema of a domain: what it has against a document, and its version."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from chanfix.errors import InternalError, UsageError
from chanfix.relaxng.mismatch import Kind, Mismatch
from chanfix.relaxng.schema import Schema
from chanfix.secrets import mask_secrets
from chanfix.words import nearest
from chanfix.xml.document import Node

if TYPE_CHECKING:
    from chanfix.relaxng.pattern import Data

__all__ = [
    "Kind",
    "Mismatch",
    "accepts",
    "find_schema",
    "installed_schema",
    "mismatches",
    "schema_version",
    "sentence",
    "twin",
]

_FILE = "domain.rng"
# The grammar of the definition in a snapshot, in the same folder since libvirt 5.10.
_INACTIVE = "inactiveDomain"
_FOLDER = "/usr/share/libvirt/schemas"

# libxml2's time grows with the square of the devices: a tenth of a second here, ten seconds with five times as many.
_MAX_TAGS = 20_000
_LIMIT = 20
_EFFORT = 100_000

_SHOWN = 12
_LONGEST = 60
_NAMESPACE = r"\{(?:http://libvirt\.org/schemas/domain/(\w+)/1\.0)?[^}]*\}"
_INTEGER = r"(?i)(unsigned|positive|nonNegative)?(?:byte|short|int|long|integer)"
_DIGITS = ("[0-9]+", "-?[0-9]+")


def find_schema(folder: str) -> str:
    """Return the schema of domains in a folder of libvirt's schemas.

    Raises ``UsageError`` for a folder that has no schema which can be read.
    """
    hint = f"name the folder of libvirt's schemas, {_FOLDER} for most"
    path = os.path.join(folder, _FILE)
    if not os.path.isfile(path):
        raise UsageError(f"there is no {_FILE} in '{folder}'", hint=hint)
    try:
        Schema.load(path)
    except InternalError as error:
        raise UsageError(error.message, hint=hint) from None
    return path


def installed_schema() -> str | None:
    """Return the schema of domains that came with the installed libvirt; None without one that can be read."""
    try:
        return find_schema(_FOLDER)
    except UsageError:
        return None


@lru_cache(maxsize=8)
def schema_version(path: str) -> str | None:
    """Return the version of the libvirt that a schema was installed with, as ``9.0.0``; None where nothing tells.

    The name of the library beside it has it: libvirt.so.0.11003.0 is of 11.3.0 (libvirt's meson.build).
    """
    prefix = os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(path)), "..", "..", ".."))
    from glob import escape, glob  # only for a document that the schema refuses

    found = {
        f"{int(number[1]) // 1000}.{int(number[1]) % 1000}.{number[2]}"
        for name in ("lib", "lib64", "lib/*")
        for file in glob(os.path.join(escape(prefix), name, "libvirt.so.0.*"))
        if (number := re.search(r"\.so\.0\.([0-9]{4,5})\.([0-9]{1,3})$", file))
    }
    return found.pop() if len(found) == 1 else None


def mismatches(schema: str, node: Node, known: Mapping[Node, bool | None] | None = None) -> list[Mismatch] | None:
    """Return the innermost places where a domain leaves the schema, twenty at most; None when they cannot be told.

    ``known`` are verdicts of ``accepts``, so that libxml2 is not asked again.
    A domain that libxml2 accepts costs its verdict and nothing more. One that is too large for that is only walked
    along for a while.
    """
    is_valid = known[node] if known and node in known else accepts(schema, node)
    if is_valid:
        return []
    # Most domains are accepted, and what tells why one is not is large.
    from chanfix.relaxng.explain import explain

    grammar = _grammar_of(schema, node)
    found = explain(grammar, node, limit=_LIMIT, effort=_EFFORT)
    if not found and is_valid is False:
        from chanfix.relaxng.order import out_of_order

        found = out_of_order(Schema.load(grammar), node)
    return found or (None if is_valid is False else [])


def accepts(schema: str, node: Node) -> bool | None:
    """Return True if libxml2 finds a domain valid, None if it is too large to be asked."""
    text = node.document.markup
    if len(text) > _MAX_TAGS and text.count(b"<") > _MAX_TAGS:
        return None
    grammar = _grammar_of(schema, node)
    if not os.path.isfile(grammar):
        return True
    return Schema.load(grammar).accepts(node)


def _grammar_of(schema: str, node: Node) -> str:
    """Return the path of the grammar that has an element as its root."""
    return os.path.join(os.path.dirname(schema), f"{_INACTIVE}.rng") if node.tag == _INACTIVE else schema


def sentence(mismatch: Mismatch, outcome: str = "") -> str:
    """Return the sentence about a mismatch: the fact, what libvirt does then if that is given, what was expected."""
    fact, expected = _fact(mismatch), _expected(mismatch)
    if outcome:
        fact = f"{fact}: {outcome}"
    return f"{fact}; expected {expected}" if expected else fact


def twin(mismatch: Mismatch) -> Node | None:
    """Return the first element of that name beside an element that is refused for being one too many."""
    node = mismatch.node
    if mismatch.kind is not Kind.UNKNOWN_ELEMENT or not mismatch.is_known or node.parent is None:
        return None
    first = node.parent.child(node.tag)
    return first if first != node else None


def _fact(mismatch: Mismatch) -> str:
    node, name, text = mismatch.node, _short(mismatch.name), _text(mismatch)
    tag = _written(node)
    match mismatch.kind:
        case Kind.UNKNOWN_ATTRIBUTE:
            return f"attribute '{name}' is not allowed on {'this ' if mismatch.is_known else ''}<{tag}>"
        case Kind.UNKNOWN_ELEMENT:
            inside = f" in <{_written(node.parent)}>" if node.parent is not None else ""
            if twin(mismatch) is not None:
                return f"a further <{tag}> is not allowed{inside}"
            return f"<{tag}> is not allowed{' here' if mismatch.is_known else ''}{inside}"
        case Kind.MISSING_ATTRIBUTE:
            return f"attribute '{name}' is missing on <{tag}>" if name else f"an attribute is missing on <{tag}>"
        case Kind.MISSING_ELEMENT:
            if not name:
                return f"an element is missing in <{tag}>"
            another = "another " if node.child(mismatch.name) is not None else ""
            return f"{another}<{name}> is missing in <{tag}>"
        case Kind.BAD_VALUE:
            return f"attribute '{name}' of <{tag}> is '{text}'"
        case Kind.TOO_EARLY | Kind.TOO_LATE:
            inside = f" in <{_written(node.parent)}>" if node.parent is not None else ""
            where = "behind" if mismatch.kind is Kind.TOO_EARLY else "in front of"
            return f"<{tag}> is out of order{inside}; the schema wants it {where} <{name}>"
        case Kind.BAD_TEXT:
            if not mismatch.expected and not mismatch.types:
                return f"text '{text}' is not allowed in <{tag}>"
            return f"<{tag}> is '{text}'" if text else f"<{tag}> is empty"


def _expected(mismatch: Mismatch) -> str:
    """List what would be right, what looks most like the wrong one first."""
    if twin(mismatch) is not None:
        return ""
    is_element = mismatch.kind in (Kind.UNKNOWN_ELEMENT, Kind.MISSING_ELEMENT)
    names = sorted(map(_short, mismatch.expected))
    wrong = mismatch.text or (_written(mismatch.node) if is_element else mismatch.name)
    names = list(dict.fromkeys([*nearest(wrong[:_LONGEST], names, most=3), *names]))
    shown = [f"<{name}>" if is_element else f"'{name}'" for name in names]
    shown += dict.fromkeys(map(_words, mismatch.types))
    if len(shown) > _SHOWN:
        shown[_SHOWN:] = [f"one of {len(shown) - _SHOWN} more"]
    return " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def _words(data: Data) -> str:
    """Describe a data type."""
    limits = dict(data.limits)
    pattern = limits.get("pattern", "")
    number = re.fullmatch(_INTEGER, data.type)
    if number and pattern in ("", *_DIGITS):
        lowest = limits.get("minInclusive") or {None: "", "positive": "1"}.get(number[1], "0")
        highest = limits.get("maxInclusive", "")
        words = "a whole number" + (f" from {lowest}" if lowest else "")
        return f"{words} to {highest}" if highest else f"{words} up" if lowest else words
    if 0 < len(pattern) <= _LONGEST:
        return f"text that matches '{pattern}'" + (f" ({data.name})" if data.name else "")
    return f"a value of the type '{data.name or data.type}'"


def _text(mismatch: Mismatch) -> str:
    """Return a wrong text as a sentence can hold it."""
    tag, text = mismatch.node.tag, mismatch.text
    written = f"{mismatch.name}='{text}'" if mismatch.name else f"<{tag}>{text}</{tag}>"
    if mask_secrets(written) != written:
        return "***"
    return _clip(text if mismatch.name else text.strip())


def _written(node: Node) -> str:
    return _clip(node.place.name.decode(node.document.encoding, "replace"))


def _short(name: str) -> str:
    """Return a name with the usual prefix of its namespace."""
    return _clip(re.sub(_NAMESPACE, lambda namespace: f"{namespace[1]}:" if namespace[1] else "", name))


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
