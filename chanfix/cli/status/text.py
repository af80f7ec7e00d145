"""The verdicts for people: a table on a terminal, else one aligned line for each domain."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chanfix.escape import for_terminal
from chanfix.status.features import Feature
from chanfix.status.health import Health, Verdict
from chanfix.status.next_step import NextStep, command_line
from chanfix.status.survey import Outcome
from chanfix.words import some_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["draw_again_and_again", "lines", "show_table"]

_COLORS = {
    Verdict.RESPONDING: "green",
    Verdict.NOT_QEMU: "dim",
    Verdict.SHUT_OFF: "dim",
    Verdict.PAUSED: "dim",
    Verdict.MISCONFIGURED: "red",
    Verdict.SPURIOUS: "red",
    Verdict.FROZEN: "red",
    Verdict.UNRESPONSIVE: "red",
}
_ERROR = "error"
# How many addresses of a guest are shown.
_ADDRESSES = 3


def lines(outcomes: dict[str, Outcome], uri: str | None) -> list[str]:
    """Return one line for each domain."""
    rows = [_row(name, outcome, uri) for name, outcome in outcomes.items()]
    name_width, verdict_width = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    return [f"{name:{name_width}}  {verdict:{verdict_width}}  {what}; {step}" for name, verdict, what, step in rows]


def _table(outcomes: dict[str, Outcome], uri: str | None) -> Table:
    """Return the table, with nothing in it that a terminal or rich would act on."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("domain", "verdict", "what there is", "next step"):
        drawn.add_column(heading, overflow="fold")
    for name, outcome in outcomes.items():
        color = _COLORS.get(outcome.verdict, "yellow") if isinstance(outcome, Health) else "red"
        shown, verdict, what, step = (_printable(text) for text in _row(name, outcome, uri))
        drawn.add_row(Text(shown), Text(verdict, style=color), Text(what), Text(step))
    return drawn


def show_table(outcomes: dict[str, Outcome], uri: str | None, *, color: bool) -> None:
    """Draw the table on standard output."""
    _console(color).print(_table(outcomes, uri))


def draw_again_and_again(verdicts: Iterable[dict[str, Outcome]], uri: str | None, *, color: bool) -> None:
    """Draw the table in place for each of the verdicts, as they come."""
    from rich.live import Live

    with Live(console=_console(color), auto_refresh=False) as live:
        for outcomes in verdicts:
            live.update(_table(outcomes, uri), refresh=True)


def _console(color: bool) -> Console:
    from rich.console import Console

    return Console(file=sys.stdout, color_system="auto" if color else None, highlight=False)


def _row(name: str, outcome: Outcome, uri: str | None) -> tuple[str, str, str, str]:
    if not isinstance(outcome, Health):
        return for_terminal(name), _ERROR, for_terminal(outcome.message), for_terminal(outcome.hint or "try again")
    return (
        for_terminal(name),
        outcome.verdict.value,
        for_terminal(". ".join([outcome.summary, *_features(outcome), *outcome.notes])),
        for_terminal(_step(outcome.next_step, uri)),
    )


def _features(health: Health) -> list[str]:
    """Return a sentence for what works, with the guest's addresses, and one for what does not, with the reasons."""
    said = []
    if works := [_shown(feature, health) for feature in health.features if feature.works]:
        said.append(f"works: {', '.join(works)}")
    reasons: dict[str, list[str]] = {}
    for feature in health.features:
        if feature.works is False:
            reasons.setdefault(feature.reason, []).append(feature.name)
    if reasons:
        parts = [f"{', '.join(names)}" + (f" ({reason})" if reason else "") for reason, names in reasons.items()]
        said.append(f"does not work: {', '.join(parts)}")
    return said


def _shown(feature: Feature, health: Health) -> str:
    usable = [address.address for address in health.addresses or () if address.is_usable]
    if feature.name != "addresses" or not usable:
        return feature.name
    return f"addresses ({some_of(usable, _ADDRESSES)})"


def _step(step: NextStep, uri: str | None) -> str:
    command = command_line(step, uri)
    where = "in the guest: " if step.is_in_guest else ""
    return f"{step.words}: {where}{command}" if command else step.words


def _printable(text: str) -> str:
    encoding = sys.stdout.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)
