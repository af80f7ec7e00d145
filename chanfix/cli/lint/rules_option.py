"""An option that names rules, with the completion of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["rules_option"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def rules_option(name: str, text: str) -> Callable[[_Command], _Command]:
    """Return an option that takes rules, families and patterns, separated by commas, and can be given again."""
    return click.option(name, multiple=True, metavar="RULE,...", shell_complete=_complete, help=text)


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the words that the last of several may be, behind those that are written."""
    from chanfix.lint.known.rule_names import PROFILES, RULE_NAMES
    from chanfix.lint.rules import FAMILIES

    before, comma, last = incomplete.rpartition(",")
    words = ("default", "all", *PROFILES, *FAMILIES, *RULE_NAMES)
    return [f"{before}{comma}{word}" for word in dict.fromkeys(words) if word.startswith(last)]
