"""Terraform's templates, rendered by hand: names, ``!name``, ``name.part`` and strings are all its expressions."""

import re
from typing import Any

_PART = re.compile(r'(\$\$\{|%%\{)|([$%])\{(~?)\s*((?:"[^"]*"|[^}"])*?)\s*(~?)\}')


def render(text: str, values: list[dict[str, Any]]) -> list[str]:
    """Return what comes of a text with each set of values."""
    parts = _parts(text)
    tree, rest = _block(parts, 0)
    assert rest == len(parts), parts[rest]
    return ["".join(_rendered(tree, one)) for one in values]


def _parts(text: str) -> list[tuple[str, str]]:
    """Cut a text into ("text", ...), ("$", expression) and ("%", directive), with the white space of ``~`` gone."""
    parts: list[tuple[str, str]] = []
    at, trims = 0, False
    for match in _PART.finditer(text):
        literal = text[at : match.start()]
        literal = literal.lstrip() if trims else literal
        parts.append(("text", literal.rstrip() if match[3] else literal))
        at, trims = match.end(), bool(match[5])
        parts.append(("text", match[1][1:]) if match[1] else (match[2], match[4]))
    return [*parts, ("text", text[at:].lstrip() if trims else text[at:])]


def _block(parts: list[tuple[str, str]], at: int) -> tuple[list[Any], int]:
    """Read up to a directive that does not open a block."""
    nodes: list[Any] = []
    while at < len(parts):
        kind, what = parts[at]
        word = what.split()[0] if kind == "%" else ""
        if word in ("else", "endif", "endfor"):
            break
        at += 1
        if word in ("if", "for"):
            body, at = _block(parts, at)
            others: list[Any] = []
            if parts[at][1] == "else":
                others, at = _block(parts, at + 1)
            assert parts[at][1] == f"end{word}", parts[at]
            nodes.append((word, what, body, others))
            at += 1
        else:
            nodes.append((kind, what))
    return nodes, at


def _rendered(nodes: list[Any], values: dict[str, Any]):
    for node in nodes:
        match node:
            case ("text", text):
                yield text
            case ("$", expression):
                yield str(_value(expression, values))
            case ("if", what, body, others):
                yield from _rendered(body if _value(what[2:], values) else others, values)
            case ("for", what, body, _):
                name, _, items = what[3:].partition(" in ")
                for item in _value(items, values):
                    yield from _rendered(body, values | {name.strip(): item})


def _value(expression: str, values: dict[str, Any]) -> Any:
    expression = expression.strip()
    if expression.startswith("!"):
        return not _value(expression[1:], values)
    if expression.startswith('"'):
        return expression.strip('"')
    value: Any = values
    for part in expression.split("."):
        value = value[part]
    return value
