"""What is known of the commands of qemu-ga, for people, for programs and for shells that complete words."""

from __future__ import annotations

from typing import Any

import click

from chanfix.errors import UsageError
from chanfix.guest.commands import COMMANDS, Command
from chanfix.words import did_you_mean

__all__ = ["complete_commands", "schema_text"]


def complete_commands(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Complete the name of a command."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in COMMANDS if name.startswith(incomplete)]


def schema_text(name: str | None, output_format: str) -> str:
    """Return what is known of a command, or of all for None. Raises ``UsageError`` for one that is not known."""
    if name is not None and name not in COMMANDS:
        hint = did_you_mean(name, COMMANDS, "chanfix ask --schema lists all")
        raise UsageError(f"nothing is known of the command '{name}'", hint=hint)
    chosen = list(COMMANDS.values()) if name is None else [COMMANDS[name]]
    if output_format == "json":
        from chanfix.reporters.json_text import as_json

        shown = {"version": "ask-schema-v1", "commands": [_as_data(command) for command in chosen]}
        return as_json(shown, indent=2) + "\n"
    if name is None:
        width = max(map(len, COMMANDS))
        return "".join(f"{command.name:{width}}  {_summary(command)}\n" for command in chosen)
    return _page(chosen[0])


def _summary(command: Command) -> str:
    shown = [argument.name if argument.is_required else f"[{argument.name}]" for argument in command.arguments]
    return " ".join([f"since {command.since:4}", *shown]).rstrip()


def _page(command: Command) -> str:
    lines = [f"{command.name}: since the agent of QEMU {command.since}"]
    if command.power:
        lines.append(f"the host {command.power}")
    width = max((len(argument.name) for argument in command.arguments), default=0)
    for argument in command.arguments:
        need = "required" if argument.is_required else "optional"
        lines.append(f"  {argument.name:{width}}  {argument.type}, {need}")
    return "\n".join(lines if command.arguments else [*lines, "  no arguments"]) + "\n"


def _as_data(command: Command) -> dict[str, object]:
    return {
        "name": command.name,
        "since": command.since,
        "gives_root": bool(command.power),
        "arguments": [
            {"name": argument.name, "type": argument.type, "required": argument.is_required}
            for argument in command.arguments
        ],
    }
