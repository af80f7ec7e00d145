"""The command group: which commands there are, and one line about each. A command is imported when it is used."""

from __future__ import annotations

import importlib

import click

from chanfix import __version__
from chanfix.cli.settings import common_options, connection_options
from chanfix.errors import UsageError

__all__ = ["app"]

_COMMANDS = {
    "add": ("chanfix.cli.add", "Put the agent channel in place, or repair it."),
    "detach-libvirt": ("chanfix.cli.detach_libvirt", "Rename the channel, so that libvirt leaves it alone."),
    "attach-libvirt": ("chanfix.cli.attach_libvirt", "Give a detached channel back to libvirt."),
    "remove": ("chanfix.cli.remove", "Take the agent channel out."),
    "guest-config": ("chanfix.cli.guest_config", "Show what to set in the guest, so that its agent opens the port."),
    "check": ("chanfix.cli.check", "Check that the agent channel is there and right."),
    "status": ("chanfix.cli.status.command", "Show for each domain if its agent answers, and what to do next."),
    "ask": ("chanfix.cli.ask", "Ask the agent behind a detached port one thing."),
    "lint": ("chanfix.cli.lint.command", "Report misconfigurations, and fix them."),
    "audit": ("chanfix.cli.audit", "Report on many hosts: table, page, JSON, metrics."),
    "targets": ("chanfix.cli.target_command", "Show the releases that domains may have to run on."),
    "explain": ("chanfix.cli.explain", "Show a rule's page, or the list of rules."),
    "hook": ("chanfix.cli.hook", "Judge a domain that libvirt is about to start."),
    "lsp": ("chanfix.cli.lsp", "Show findings and fixes in an editor while you write."),
    "undo": ("chanfix.cli.undo", "Put a domain's newest saved definition back."),
}


class _Commands(click.Group):
    """A group that imports a command when it is called, not when another one is."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


def _show_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"chanfix {__version__}")
        context.exit()


_EPILOG = """\b
Examples:
  chanfix add guest.xml                 put the channel into a file
  chanfix add web db                    ... into the stored definitions of two domains
  chanfix -c qemu:///system check --all
  chanfix detach-libvirt web            leave the agent to your own client

\b
DOMAIN is a file when it is '-', holds a '/', ends in .xml or a template's ending, or with --file; otherwise the name,
id or UUID of a domain on the connection.

\b
Exit status: 0 fine; 1 findings remain, or something would change; 2 wrong usage or config; 3 could not be done.

\b
Completion: eval "$(_CHANFIX_COMPLETE=bash_source chanfix)"   (also zsh_source, fish_source)
"""


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    subcommand_metavar="COMMAND [ARGS]...",
    invoke_without_command=True,  # what click itself makes of no command depends on its version
    context_settings={"max_content_width": 110},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    callback=_show_version,
    expose_value=False,
    help="Show the version and exit.",
)
@connection_options
@common_options
@click.pass_context
def app(context: click.Context) -> int:
    """Put the QEMU guest agent's channel right in libvirt domain XML, and keep it right."""
    if context.invoked_subcommand is not None:
        return 0
    click.echo(context.get_help(), err=True)
    return UsageError.status
