"""The options that name targets, for the commands that lint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from chanfix.domain.versions import Version

__all__ = ["complete_targets", "qemu_version_option", "target_option"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def complete_targets(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the targets whose names begin so."""
    from chanfix.domain.targets import target_names

    return [name for name in target_names() if name.startswith(incomplete)]


def target_option(command: _Command) -> _Command:
    """Add ``--target``."""
    return click.option(
        "--target",
        "targets",
        multiple=True,
        metavar="NAME",
        shell_complete=complete_targets,
        help="A release that the domains must run on, as debian-12; can be given again. See chanfix targets.",
    )(command)


def qemu_version_option(command: _Command) -> _Command:
    """Add ``--qemu-version``."""
    return click.option(
        "--qemu-version",
        metavar="X.Y",
        callback=lambda context, parameter, value: None if value is None else Version.parse(value, "QEMU"),
        help="The QEMU that the domains are for [default: the connection's; for files none in particular]",
    )(command)
