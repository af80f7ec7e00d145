"""What a DOMAIN argument means: a file, or a domain on the connection."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from chanfix.cli.settings import Settings
from chanfix.errors import HostError, UsageError
from chanfix.template.endings import is_file_name

if TYPE_CHECKING:
    from chanfix.host.host import DomainRef, Host

__all__ = ["Connection", "Target", "complete_domains", "domain_arguments", "targets"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_COMPLETION_TIMEOUT = 2.0
# What every shell and terminal takes as it is. click hands a completion on unquoted.
_PLAIN_NAME = r"(?!-)[\w.+@:-]+"


class Target(NamedTuple):
    """One DOMAIN."""

    name: str
    is_file: bool


class Connection:
    """The libvirt connection of a command, opened when the first domain on it is used."""

    def __init__(self, settings: Settings, *, readonly: bool) -> None:
        self._settings = settings
        self._readonly = readonly
        self._host: Host | None = None
        self._failure: HostError | None = None

    @property
    def host(self) -> Host:
        """The host at the other end. One that cannot be reached is tried once, whatever the number of domains."""
        from copy import copy

        if self._failure is not None:
            raise copy(self._failure)  # whoever catches it may change the hint
        if self._host is None:
            try:
                self._host = self.another()
            except HostError as error:
                self._failure = copy(error)
                raise
        return self._host

    def find(self, name: str) -> DomainRef:
        """Return the domain that is named. Whoever meant a file of that name is told how to say so."""
        try:
            return self.host.find(name)
        except HostError as error:
            if os.path.lexists(name):
                error.hint = "a file of that name is here; --file takes it for one"
            raise

    def another(self) -> Host:
        """Open one more connection to the same host, which whoever asks for it closes."""
        from chanfix.host.libvirt.connection import connect

        return connect(self._settings.connect, readonly=self._readonly, timeout=self._settings.timeout)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        # Whoever interrupts a command does not want to wait for a libvirt that hangs.
        if self._host is not None and kind is not KeyboardInterrupt:
            self._host.close()


def targets(names: Iterable[str], *, all_domains: bool, force_file: bool, connection: Connection) -> Iterator[Target]:
    """Yield what is named. Raises ``UsageError`` for nothing, and for names together with ``--all``."""
    names = list(names)
    if all_domains and (names or force_file):
        raise UsageError("--all takes no DOMAIN and no --file", hint="name domains, or give --all")
    if not names and not all_domains:
        raise UsageError("no DOMAIN given", hint="name files or domains, or give --all")
    if names.count("-") > 1:
        raise UsageError("'-' can be given once: there is one standard input", hint="name files instead")
    if all_domains:
        names = connection.host.names()
    for name in names:
        is_file = not all_domains and (force_file or name == "-" or "/" in name or is_file_name(name))
        yield Target(name, is_file)


def domain_arguments(command: _Command) -> _Command:
    """Add ``DOMAIN...``, ``--all`` and ``--file``."""
    for option in reversed(
        [
            click.argument("domains", metavar="DOMAIN...", nargs=-1, shell_complete=complete_domains),
            click.option("--all", "all_domains", is_flag=True, help="Every domain on the connection."),
            click.option("--file", "force_file", is_flag=True, help="Take every DOMAIN for a file."),
        ]
    ):
        command = option(command)
    return command


def complete_domains(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Complete files by the shell, and domains by asking libvirt, for a moment and without a word when it fails."""
    from click.shell_completion import CompletionItem

    items = [CompletionItem(incomplete, type="file")]
    if "/" in incomplete:
        return items
    parent = context.find_root().params
    settings = context.find_object(Settings) or Settings()
    settings = Settings(connect=settings.connect or parent.get("connect"), timeout=_COMPLETION_TIMEOUT)
    with contextlib.suppress(Exception), Connection(settings, readonly=True) as connection:
        names = (name for name in connection.host.names() if re.fullmatch(_PLAIN_NAME, name))
        items += [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return items
