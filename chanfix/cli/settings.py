"""The options that every command takes, before its name or behind it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chanfix.domain.versions import Version
from chanfix.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Settings", "asked_schema", "common_options", "connection_options", "sensible_seconds"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Settings:
    """What the common options say. ``connect`` and ``libvirt_version`` are None where nothing was said."""

    def __init__(self, connect: str | None = None, timeout: float = 30.0) -> None:
        self.connect = connect
        self.libvirt_version: Version | None = None
        self.timeout = timeout
        self.quiet = False
        self.verbose = False
        self.color = "auto"
        self.debug = False
        self.owns_process = False

    @property
    def state_folder(self) -> Path:
        """Where old definitions are kept, as the XDG base directory specification has it."""
        from pathlib import Path

        configured = os.environ.get("XDG_STATE_HOME", "")
        base = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "state"
        return base / "chanfix"


def asked_schema(option: str | None = None, configured: str | None = None) -> str | None:
    """Return libvirt's own schema of domains, in the folder that an option, the environment or a configuration names.

    None if none of them does: what is found in a domain does not depend on what is installed. Raises ``UsageError``.
    """
    folder = option or os.environ.get("CHANFIX_SCHEMA_DIR") or configured
    if not folder:
        return None
    # Most runs ask no schema.
    from chanfix.domain.libvirt_schema import find_schema

    return find_schema(folder)


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value is not None and value is not False and parameter.name:
        setattr(context.ensure_object(Settings), parameter.name, value)


def _version(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    _store(context, parameter, Version.parse(value) if value is not None else None)


def sensible_seconds(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """Let a time pass that somebody can mean. Raises ``UsageError`` for any other."""
    if value is not None and not 0 < value < 86_400:
        raise UsageError(f"{parameter.opts[0]} of {value} seconds makes no sense", hint="give 30, or 0.5")
    return value


def _timeout(context: click.Context, parameter: click.Parameter, value: float | None) -> None:
    _store(context, parameter, sensible_seconds(context, parameter, value))


def _show_help(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


def common_options(command: _Command) -> _Command:
    """Add the options that say how chanfix talks."""
    for option in reversed(
        [
            click.option("-q", "--quiet", is_flag=True, callback=_store, expose_value=False, help="Errors only."),
            click.option(
                "-v",
                "--verbose",
                is_flag=True,
                callback=_store,
                expose_value=False,
                help="Say what is skipped and why.",
            ),
            click.option(
                "--color",
                type=click.Choice(["auto", "always", "never"]),
                callback=_store,
                expose_value=False,
                help="Colours: on a terminal unless NO_COLOR is set (auto), or as you say.",
            ),
            click.option(
                "--debug", is_flag=True, callback=_store, expose_value=False, help="Show tracebacks of errors."
            ),
            # click's own looks for a translation of its text first, which takes longer than to change a document.
            click.option(
                "-h",
                "--help",
                is_flag=True,
                is_eager=True,
                callback=_show_help,
                expose_value=False,
                help="Show this message and exit.",
            ),
        ]
    ):
        command = option(command)
    return command


def connection_options(command: _Command) -> _Command:
    """Add the options that say which libvirt is meant."""
    for option in reversed(
        [
            click.option(
                "-c",
                "--connect",
                metavar="URI",
                callback=_store,
                expose_value=False,
                help="The libvirt to connect to [default: what libvirt itself would take]",
            ),
            click.option(
                "--libvirt-version",
                metavar="X.Y.Z",
                callback=_version,
                expose_value=False,
                help="The libvirt that the domain is for [default: the connection's; for files the newest known]",
            ),
            click.option(
                "--timeout",
                type=float,
                metavar="SECONDS",
                callback=_timeout,
                expose_value=False,
                help="How long one libvirt call may take [default: 30]",
            ),
        ]
    ):
        command = option(command)
    return command
