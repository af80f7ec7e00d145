"""``chanfix ask``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from chanfix.cli.agent_commands import complete_commands, schema_text
from chanfix.cli.console import Console
from chanfix.cli.detached_port import socket_of
from chanfix.cli.domains import complete_domains
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options, connection_options, sensible_seconds
from chanfix.cli.streams import read_input
from chanfix.errors import AgentError, ChanfixError, UsageError
from chanfix.named_tuple import NamedTuple
from chanfix.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["command"]

# In seconds.
_PATIENCE = 5.0
# An agent reads numbers of 64 bits.
_DIGITS = 20
# The agent said no: an answer, if not the one that was wanted.
_REFUSED = 1

_EPILOG = """\b
Examples:
  chanfix ask /run/backup/web.sock guest-info
  chanfix -c qemu:///system ask web guest-network-get-interfaces
  chanfix ask web guest-exec '{"path": "/bin/true"}'
  chanfix ask web guest-exec - < arguments.json
  chanfix ask --schema guest-exec

\b
SOCKET is a path: it holds a '/'. DOMAIN is a domain on the connection that runs on this machine.
"""


class _Question(NamedTuple):
    target: str
    port: str | None
    command: str
    arguments: Mapping[str, Any] | None
    seconds: float


def _complete_target(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Complete what comes first: with --schema that is a command."""
    complete = complete_commands if context.params.get("schema") else complete_domains
    return complete(context, parameter, incomplete)


@click.command("ask", epilog=_EPILOG)
@click.argument("target", metavar="[SOCKET|DOMAIN]", required=False, shell_complete=_complete_target)
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=complete_commands)
@click.argument("arguments", metavar="[JSON]", required=False)
@click.option("--port", metavar="NAME", help="The port's name [default: the one detached port of an agent that runs]")
@click.option(
    "--agent-timeout",
    type=float,
    default=_PATIENCE,
    show_default=f"{_PATIENCE:g}",
    metavar="SECONDS",
    callback=sensible_seconds,
    help="How long the agent has to answer, from connecting to the last byte.",
)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print: the answer alone, or a document that has the error too.",
)
@click.option("--schema", is_flag=True, help="Ask nobody: show what is known of COMMAND, or of all commands.")
@connection_options
@common_options
@click.pass_obj
def command(
    settings: Settings,
    target: str | None,
    name: str | None,
    arguments: str | None,
    port: str | None,
    agent_timeout: float,
    output_format: str,
    schema: bool,
) -> int:
    """Ask the agent behind a detached port one thing, and print its answer as JSON.

    JSON is an object with the arguments of COMMAND, or '-' for standard input. Exit status 0 when the agent answers, 1
    when it refuses, 3 when no answer comes. The port that libvirt holds is never asked.
    """
    console = Console(settings)
    if schema:
        console.raw(schema_text(name or target, output_format))
        return 0
    if not target or not name:
        raise UsageError("no SOCKET or DOMAIN, or no COMMAND given", hint="chanfix ask SOCKET guest-info")
    question = _Question(target, port, name, _arguments(arguments), agent_timeout)
    return (_ask_as_json if output_format == "json" else _ask)(settings, console, question)


def _ask(settings: Settings, console: Console, question: _Question) -> int:
    """Print the answer, or raise why there is none."""
    try:
        console.raw(_as_json(_answer(settings, question)))
    except AgentError as error:
        if error.kind != "refused":
            raise
        console.error(error)
        return _REFUSED
    return 0


def _ask_as_json(settings: Settings, console: Console, question: _Question) -> int:
    """Print the answer or why there is none as the document ``ask-v1``; the keys are always there.

    Raises ``UsageError`` for a question that is asked of nobody.
    """
    document: dict[str, Any] = {"version": "ask-v1", "command": question.command, "answer": None, "error": None}
    status = 0
    try:
        document["answer"] = _answer(settings, question)
    except UsageError:
        raise
    except ChanfixError as error:
        agents = error if isinstance(error, AgentError) else None
        status = _REFUSED if agents and agents.kind == "refused" else error.status
        document["error"] = {
            # What else goes wrong does so on the way to the socket: libvirt, its domain, or the domain's port.
            "kind": agents.kind if agents else "unreachable",
            "message": error.message,
            "hint": error.hint,
            "class": (agents and agents.agent_class) or None,
            "description": (agents and agents.description) or None,
        }
    console.raw(_as_json(document))
    return status


def _answer(settings: Settings, question: _Question) -> Any:
    from chanfix.agent.protocol import ask

    with Session(settings) as session:
        path = socket_of(session.connection, question.target, question.port)
    try:
        return ask(path, question.command, question.arguments, timeout=question.seconds)
    except AgentError as error:
        if error.agent_class == "CommandNotFound":
            error.hint = _without_command(question.command) or error.hint
        raise


def _without_command(name: str) -> str | None:
    """Return what to do about an agent that does not carry out a command."""
    from chanfix.guest.commands import COMMANDS

    if name not in COMMANDS:
        return did_you_mean(name, COMMANDS)
    return (
        f"the agent of QEMU {COMMANDS[name].since} and later has it; where the guest's policy blocks it: "
        f"chanfix guest-config --os SYSTEM --allow {name}"
    )


def _arguments(text: str | None) -> Mapping[str, Any] | None:
    """Return the arguments of a command. Raises ``UsageError`` for what is not an object in JSON."""
    if text is None:
        return None
    if text == "-":
        text = read_input("-").decode("utf-8", "surrogateescape")
    try:
        found = json.loads(text, parse_int=_integer, parse_constant=_refuse_constant, object_pairs_hook=_object)
        # Bytes that are not UTF-8 stand in the text as halves of characters, and an agent takes no such half either.
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise UsageError("the arguments are not UTF-8", hint='write them as {"path": "/bin/true"}') from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the arguments are not JSON: {error}", hint='write them as {"path": "/bin/true"}') from None
    if not isinstance(found, dict):
        raise UsageError("the arguments are not a JSON object", hint='write them as {"path": "/bin/true"}')
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is a word that JSON does not have")


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError(f"a number of {len(digits)} characters is more than an agent reads")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _as_json(value: object) -> str:
    from chanfix.reporters.json_text import as_json

    return as_json(value, indent=2) + "\n"
