"""``chanfix hook``: what libvirt calls before it starts a domain.

libvirt waits for it, with the domain locked: it never calls libvirt, which would wait for itself, and it ends in time.
"""

from __future__ import annotations

import os
import sys
import time

import click

from chanfix.cli.child import in_child
from chanfix.cli.settings import Settings, common_options
from chanfix.errors import ChanfixError, InputError, UsageError
from chanfix.escape import for_runner, for_terminal

__all__ = ["command"]

# In seconds, from the start of the process to its end.
_DEADLINE = 0.9
# In seconds. No hook is that old: what a system says beyond it is no age.
_OLDEST = 60.0
# What libvirt makes of a status: 0 starts the domain, any other does not.
_START, _REFUSE = 0, 1
# Of the process that judges.
_UNJUDGED = 2
# Before the domain runs, and before anything of the host was prepared for it: the one moment to refuse it.
_JUDGED = ("prepare", "begin")
_LEVELS = ("error", "warning", "info")
_SHOWN = 20
_UNREAD = ("not-well-formed", "doctype", "template-not-lintable")

_EPILOG = """\b
Examples:
  chanfix hook qemu web prepare begin - < domain.xml     as libvirt calls it
  chanfix hook --refuse error qemu web prepare begin - < domain.xml

\b
Options stand before qemu: what stands behind it are libvirt's words, whatever they begin with.
"""


@click.command("hook", epilog=_EPILOG, context_settings={"allow_interspersed_args": False})
@click.argument("driver", type=click.Choice(["qemu"]))
@click.argument("words", metavar="NAME OPERATION SUBOPERATION [EXTRA]", nargs=-1)
@click.option("--refuse", type=click.Choice(_LEVELS), help="Refuse the start where a finding is that severe.")
@click.option("--refuse-unjudged", is_flag=True, help="Refuse it too where chanfix cannot judge the domain.")
@click.option(
    "--refuse-with",
    type=click.IntRange(1, 123),
    default=_REFUSE,
    show_default=True,
    metavar="STATUS",
    help="The exit status of a refusal: one that no failure ends with.",
)
@click.option("--config", metavar="FILE", help="A configuration, as that of lint [default: none]")
@common_options
@click.pass_obj
def command(
    settings: Settings,
    driver: str,
    words: tuple[str, ...],
    refuse: str | None,
    refuse_unjudged: bool,
    refuse_with: int,
    config: str | None,
) -> int:
    """Judge a domain that libvirt is about to start: the part of a libvirt hook.

    Reads the domain on standard input when the operation is 'prepare begin', and says on standard error, which libvirt
    logs, what lint finds. Changes nothing and prints no XML. Exit status 0 lets the domain start, 1 refuses it (or the
    one of --refuse-with); every other operation is 0 at once. When chanfix fails or would take longer than a second the
    domain starts. With --quiet it says what it refuses and what it could not judge, and lists no findings.
    """
    name, operation = _of_libvirt(words)
    if operation != _JUDGED:
        return _START
    left = _DEADLINE - (_age() if settings.owns_process else 0.0)
    # In a process of its own: one that crashes, or stays in the code of a library, does not keep the domain.
    try:
        status = in_child(lambda: _judge_or_say_why_not(name, refuse, config, settings.quiet), left)
    except OSError as error:
        status = _say_unjudged(name, error)
    if status is None:
        status = _say_unjudged(name, InputError(f"it takes longer than {_DEADLINE:g} s"))
    elif status not in (_START, _REFUSE, _UNJUDGED):
        status = _say_unjudged(name, InputError(f"its process ended with {status}"))
    is_refused = status == _REFUSE or (status == _UNJUDGED and refuse_unjudged)
    return refuse_with if is_refused else _START


def _of_libvirt(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the domain's name, and the operation with its part. Raises ``UsageError`` for words of somebody else."""
    if words[:1] == ("--",):
        words = words[1:]
    # The fourth is '-' or something that a later libvirt adds.
    if not 3 <= len(words) <= 4:
        raise UsageError(
            f"libvirt calls a hook with four words, and here are {len(words)}",
            hint='options stand before qemu: chanfix hook --refuse error qemu "$@"',
        )
    return words[0], words[1:3]


def _age() -> float:
    """Return how long this process has run, in seconds; 0.0 if the system does not say that."""
    try:
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
            # The 22nd field of proc(5). The second is a name in parentheses, and may hold blanks.
            started = int(stat.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
    return age if 0 <= age <= _OLDEST else 0.0


def _judge_or_say_why_not(name: str, refuse: str | None, config: str | None, quiet: bool) -> int:
    try:
        return _REFUSE if _judge(name, refuse, config, quiet) else _START
    except Exception as error:
        return _say_unjudged(name, error)


def _judge(name: str, refuse: str | None, config: str | None, quiet: bool) -> bool:
    """Lint the domain on standard input, and return True if it is to be refused. Raises ``ChanfixError``.

    With ``quiet`` findings are not listed.
    """
    from chanfix.cli.lint.options import read_config
    from chanfix.cli.streams import read_input
    from chanfix.lint.finding import Severity
    from chanfix.lint.known.config import chosen_rules
    from chanfix.lint.known.where import where_to_run
    from chanfix.lint.run import Job, Run, Source

    # libvirt's working directory says nothing of what is wanted: only a configuration that is named counts.
    settings = read_config(config, ignored=config is None)._replace(running=True)
    rules = tuple(rule for rule in chosen_rules(settings, [], []) if not rule.needs_schema)
    where = where_to_run(settings)
    source = Source(name, lambda: read_input("-"), is_stored=True)
    job = Job(rules=rules, config=settings, version=where.version, qemu=where.qemu, targets=where.targets)
    [report] = Run.lint([source], job).reports
    if report.error or report.skipped:
        raise InputError(report.error or f"standard input {report.skipped}")
    # libvirt wrote the text, so what is wrong here is how chanfix reads it.
    if unread := [finding for finding in report.findings if finding.rule in _UNREAD]:
        raise InputError(unread[0].message)
    worst = Severity[refuse.upper()] if refuse else None
    listed = [] if quiet else report.findings
    for finding in listed[:_SHOWN]:
        _say(name, f"{finding.severity}[{finding.rule}] {finding.message}")
    if len(listed) > _SHOWN:
        _say(name, f"and {len(listed) - _SHOWN} more")
    refused = [finding for finding in report.findings if worst is not None and finding.severity >= worst]
    if refused:
        _say(name, f"refused: {refused[0].rule}: chanfix explain {refused[0].rule} says why")
    return bool(refused)


def _say_unjudged(name: str, error: Exception) -> int:
    _say(name, f"not judged: {error.message if isinstance(error, ChanfixError) else repr(error)}")
    return _UNJUDGED


def _say(name: str, text: str) -> None:
    line = for_runner(for_terminal(f"chanfix: {name}: {text}"))
    print(line.encode("ascii", "backslashreplace").decode(), file=sys.stderr, flush=True)
