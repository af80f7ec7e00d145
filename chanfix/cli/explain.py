"""``chanfix explain``."""

from __future__ import annotations

import click

from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options
from chanfix.lint.known.rule_names import not_a_rule
from chanfix.lint.page import rule_page
from chanfix.lint.rules import RULES, by_name

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix explain
  chanfix explain mode-missing
"""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return [rule.name for rule in RULES if rule.name.startswith(incomplete)]


@click.command("explain", epilog=_EPILOG)
@click.argument("rule", required=False, shell_complete=_complete)
@common_options
@click.pass_obj
def command(settings: Settings, rule: str | None) -> int:
    """Show a rule's page: what it reports, the symptom, an example, the fix. Without RULE, list all rules."""
    Session(settings).console.page(_list() if rule is None else _page(rule))
    return 0


def _list() -> str:
    width = max(len(rule.name) for rule in RULES)
    lines = (
        f"{rule.name:{width}}  {rule.severity!s:7}  {rule.summary}{'' if rule.on_by_default else ' (off by default)'}\n"
        for rule in RULES
    )
    return "".join(lines)


def _page(name: str) -> str:
    rule = by_name(name)
    if rule is None:
        raise not_a_rule(name)
    return rule_page(rule)
