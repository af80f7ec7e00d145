"""``chanfix explain``."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial

import click

from chanfix import __version__
from chanfix.cli.console import Console
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options
from chanfix.cli.streams import read_input
from chanfix.errors import InputError, UsageError
from chanfix.lint.finding import Report
from chanfix.lint.known.rule_names import not_a_rule
from chanfix.lint.page import rule_page
from chanfix.lint.rule import RuleEntry
from chanfix.lint.rules import FAMILIES, RULES, by_name
from chanfix.lint.run import Job, Run, Source, rule_info
from chanfix.reporters import REPORTERS, Options

__all__ = ["command"]

# So many sentences of one rule are read.
_MOST = 8

_EPILOG = """\b
Examples:
  chanfix explain
  chanfix explain mode-missing
  chanfix explain virtio-serial     the rules of a family
  chanfix explain "Attempted double use of PCI Address 0000:00:08.7" web.xml
  chanfix explain --element disk/driver
  chanfix explain --element 'disk[network]/source'
"""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in (*FAMILIES, *(rule.name for rule in RULES)) if name.startswith(incomplete)]


@click.command("explain", epilog=_EPILOG)
@click.argument("what", metavar="[RULE|FAMILY|TEXT]", required=False, shell_complete=_complete)
@click.argument("file", required=False)
@click.option("--element", metavar="PLACE", help="Show what libvirt knows of an element, such as disk/driver.")
@common_options
@click.pass_obj
def command(settings: Settings, what: str | None, file: str | None, element: str | None) -> int:
    """Show a rule's page: what it reports, the symptom, an example, the fix. Without RULE, list all rules by family.

    A family's name lists its rules. TEXT is an error of libvirt or QEMU, in quotes: it names the rules that report the
    fault, and with FILE where they find it there. For an error that the host decides it shows cause and next step.
    """
    console = Session(settings).console
    if element is not None:
        if what is not None:
            raise UsageError("a rule and --element are two questions", hint="leave out one of them")
        console.page(_element(element))
        return 0
    if what is not None and len(what.split()) > 1:
        return _explain_error(console, what, file)
    if file is not None:
        raise UsageError("FILE belongs to the text of an error", hint="put the text in quotes; lint --select RULE FILE")
    console.page(_list(FAMILIES) if what is None else _page(what))
    return 0


def _explain_error(console: Console, text: str, file: str | None) -> int:
    """Explain an error of libvirt or QEMU. Return 1 if FILE has the fault."""
    from chanfix.lint.error_texts import meaning_of

    meaning = meaning_of(text)
    if not meaning:
        raise UsageError("no rule knows this error", hint="chanfix lint FILE looks for all faults of a domain")
    for error in meaning.host_errors:
        console.page(
            f"The host decides this, not the domain's text.\n\nCause: {error.cause}\n\nNext: {error.next_step}\n"
        )
    if file is None:
        if meaning.rules:
            console.page(
                "These rules report it; chanfix explain RULE shows more:\n" + "".join(map(_line, meaning.rules))
            )
        if meaning.combinations:
            console.page(f"What refused-combination says then:\n{_sentences(meaning.combinations)}")
        return 0
    return _find(console, file, meaning.rules)


def _sentences(sentences: Sequence[str]) -> str:
    more = len(sentences) - _MOST
    shown = [*sentences[:_MOST], *([f"and {more} more"] if more > 0 else [])]
    return "".join(f"  {sentence}\n" for sentence in shown)


def _find(console: Console, file: str, rules: tuple[RuleEntry, ...]) -> int:
    """Report what rules find in a file. Return 1 if they find something."""
    [report] = Run.lint([Source(file, partial(read_input, file))], Job(rules)).reports
    if report.error:
        raise InputError(report.error, hint=report.hint)
    stream = io.StringIO()
    infos = tuple(rule_info(rule) for rule in rules)
    REPORTERS["text"](Report((report,), infos, __version__), stream, Options(console.has_color, console.has_links))
    console.page(stream.getvalue())
    return 1 if report.findings else 0


def _element(path: str) -> str:
    from chanfix.domain.vocabulary_places import find_places, place_text

    return "\n".join(map(place_text, find_places(path)))


def _list(families: Sequence[str]) -> str:
    return "\n".join(
        f"{family}:\n" + "".join(_line(rule) for rule in RULES if rule.family == family) for family in families
    )


def _line(rule: RuleEntry) -> str:
    width = max(len(rule.name) for rule in RULES)
    off = "" if rule.on_by_default else " (off by default)"
    return f"  {rule.name:{width}}  {rule.severity!s:7}  {rule.summary}{off}\n"


def _page(name: str) -> str:
    if name in FAMILIES:
        return _list([name])
    rule = by_name(name)
    if rule is None:
        raise not_a_rule(name, *FAMILIES)
    return rule_page(rule)
