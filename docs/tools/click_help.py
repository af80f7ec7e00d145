"""What click knows of the commands, as plain values for the pages that are made of it."""

import inspect
from dataclasses import dataclass

import click

from chanfix.cli.app import app


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its spellings, what it takes ('' for a flag), the words to choose from if any, and what it does.

    ``default`` is empty where the text says it.
    """

    names: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    default: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command, or the program itself.

    ``options`` are the command's own: those that every command takes are the program's. ``examples`` are pairs of a
    command and a remark, ``remarks`` what else the help ends with.
    """

    name: str
    arguments: str
    text: tuple[str, ...]
    options: tuple[Option, ...]
    examples: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


def program() -> Command:
    """Return the program: the options that every command takes."""
    return _command("chanfix", app, "COMMAND [ARGUMENT...]", _options(app))


def commands() -> tuple[Command, ...]:
    """Return all commands, in the order of the help."""
    context = click.Context(app, info_name="chanfix")
    common = {name for option in program().options for name in option.names}
    found = []
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        own = tuple(option for option in _options(command) if common.isdisjoint(option.names))
        arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
        found.append(_command(name, command, " ".join(map(_argument, arguments)), own))
    return tuple(found)


def _command(name: str, command: click.Command, arguments: str, options: tuple[Option, ...]) -> Command:
    blocks = _paragraphs(command.epilog or "")
    examples = [block for block in blocks if block.startswith("Examples:\n")]
    return Command(
        name=name,
        arguments=arguments,
        text=tuple(" ".join(paragraph.split()) for paragraph in _paragraphs(command.help or "")),
        options=options,
        examples=tuple(_example(line) for block in examples for line in block.splitlines()[1:]),
        remarks=tuple(" ".join(block.split()) for block in blocks if block not in examples),
    )


def _paragraphs(text: str) -> list[str]:
    # A line of \b alone keeps click from wrapping the paragraph below it.
    return inspect.cleandoc(text).replace("\b\n", "").strip().split("\n\n")


def _example(line: str) -> tuple[str, str]:
    command, _, remark = line.strip().partition("  ")
    return command, remark.strip()


def _argument(argument: click.Argument) -> str:
    if argument.metavar:
        return argument.metavar
    name = (argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _options(command: click.Command) -> tuple[Option, ...]:
    return tuple(_option(option) for option in command.params if isinstance(option, click.Option))


def _option(option: click.Option) -> Option:
    choices = tuple(map(str, option.type.choices)) if isinstance(option.type, click.Choice) else ()
    value = option.metavar or "|".join(choices) or ("" if option.is_flag else option.type.name.upper())
    return Option(
        names=tuple(option.opts),
        value=value,
        choices=choices,
        default=str(option.default) if option.show_default else "",
        text=option.help or "",
    )
