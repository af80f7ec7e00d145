"""What the pages of commands have from the commands' own help, between two marks; the rest is written by hand."""

import re
from collections.abc import Iterable

from click_help import Command, Option, commands, program

_BEGIN = "<!-- written by scripts/docs, from here -->"
_END = "<!-- to here -->"
_REGION = re.compile(rf"(?<={re.escape(_BEGIN)}\n).*?(?={re.escape(_END)}$)", re.DOTALL | re.MULTILINE)


def filled(page: str, text: str) -> str:
    """Return a page with that text between its marks. Raises ``ValueError`` for one without them."""
    whole, number = _REGION.subn(lambda _: f"\n{text}\n", page)
    if number != 1:
        raise ValueError(f"the page has no lines '{_BEGIN}' and '{_END}'")
    return whole


def new_page(title: str) -> str:
    """Return a page to begin with."""
    return f"# {title}\n\n{_BEGIN}\n{_END}\n"


def command_text(command: Command) -> str:
    """Return what a command's page has from its help."""
    usage = f"chanfix {command.name} [OPTION...] {command.arguments}".rstrip()
    own = [_options("option", command.options)] if command.options else []
    link = "It takes the [options of every command](index.md) as well." if own else "[Options](index.md)"
    return "\n\n".join([*map(_escaped, command.text), f"```\n{usage}\n```", *own, link]) + "\n"


def index_text() -> str:
    """Return the list of commands, and the options that all of them take."""
    rows = [f"| [{command.name}]({command.name}.md) | {_escaped(command.text[0])} |" for command in commands()]
    return "\n".join(
        ["| command | what it does |", "| --- | --- |", *rows, "", _options("common option", program().options), ""]
    )


def _options(heading: str, options: Iterable[Option]) -> str:
    rows = [f"| {_names(option)} | {_escaped(_meaning(option))} |" for option in options]
    return "\n".join([f"| {heading} | |", "| --- | --- |", *rows])


def _names(option: Option) -> str:
    value = f" {option.value}" if option.value and not option.choices else ""
    return ", ".join(f"`{name}`" for name in (*option.names[:-1], option.names[-1] + value))


def _meaning(option: Option) -> str:
    parts = [option.text if option.text.endswith((".", "]")) else f"{option.text}."]
    if option.choices:
        parts.append(f"One of {', '.join(option.choices)}.")
    if option.default:
        parts.append(f"[default: {option.default}]")
    return " ".join(parts)


def _escaped(text: str) -> str:
    """Return text that Markdown leaves as it is, with options as code."""
    return re.sub(r"(?<!\S)--[a-z-]+", r"`\g<0>`", re.sub(r"([\\`*<|])", r"\\\1", text))
