"""What a DOMAIN argument means: a file, or a domain on the connection."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click

from chanfix.cli.session import Connection
from chanfix.cli.settings import Settings
from chanfix.errors import UsageError
from chanfix.named_tuple import NamedTuple
from chanfix.template.endings import is_file_name

__all__ = ["DomainArgument", "complete_domains", "domain_arguments", "named_domains"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_COMPLETION_TIMEOUT = 2.0
# What every shell and terminal takes as it is. click hands a completion on unquoted.
_PLAIN_NAME = re.compile(r"(?!-)[\w.+@:-]+")


class DomainArgument(NamedTuple):
    """One DOMAIN."""

    name: str
    is_file: bool


def named_domains(
    names: Iterable[str], *, all_domains: bool, force_file: bool, connection: Connection
) -> Iterator[DomainArgument]:
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
        yield DomainArgument(name, is_file)


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
        names = (name for name in connection.host.names() if _PLAIN_NAME.fullmatch(name))
        items += [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return items
