"""How the commands that rewrite work through their DOMAINs: each by itself, and the worst status wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chanfix import files
from chanfix.cli.asking import installed_libvirt
from chanfix.cli.console import Console
from chanfix.cli.domains import DomainArgument, domain_arguments, named_domains
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options, connection_options
from chanfix.cli.streams import read_input, write_output
from chanfix.domain.versions import NEWEST
from chanfix.embedded.documents import read_domain, with_domain
from chanfix.errors import ChanfixError, UsageError
from chanfix.named_tuple import NamedTuple
from chanfix.rewrite.plan import Plan, Wish
from chanfix.xml.document import Document

if TYPE_CHECKING:
    from chanfix.change.apply import Prepared
    from chanfix.oracle.judge import InstalledLibvirt

__all__ = ["Mode", "Planner", "rewriting_command"]

Planner = Callable[[Document, Wish], Plan]
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Mode(NamedTuple):
    """Whether to look only, and what to show. ``check`` is for scripts: status 1 if something would change."""

    dry_run: bool
    diff: bool
    check: bool
    live: bool

    @property
    def writes(self) -> bool:
        """Return True if changes are made."""
        return not (self.dry_run or self.check)


def rewriting_command(
    name: str,
    planner: Planner,
    *,
    text: str,
    epilog: str,
    port_help: str,
    takes_path: bool = True,
    can_ask: bool = False,
) -> click.Command:
    """Make a command that rewrites DOMAINs by a planner. All take the same options, but for a few."""

    @click.command(name, help=text, epilog=epilog)
    @domain_arguments
    @click.option("--port", metavar="NAME", help=port_help)
    @_path_option(is_there=takes_path)
    @_ask_option(is_there=can_ask)
    @click.option("--live", is_flag=True, help="Change the running domain as well as the stored definition.")
    @click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
    @click.option("--diff", is_flag=True, help="Show the change as a unified diff.")
    @click.option("--check", is_flag=True, help="Change nothing; exit 1 if something would change.")
    @connection_options
    @common_options
    @click.pass_obj
    def command(
        settings: Settings,
        domains: tuple[str, ...],
        all_domains: bool,
        force_file: bool,
        port: str | None,
        live: bool,
        dry_run: bool,
        diff: bool,
        check: bool,
        path: str | None = None,
        ask_libvirt: bool = False,
    ) -> int:
        mode = Mode(dry_run=dry_run, diff=diff, check=check, live=live)
        judge = installed_libvirt() if ask_libvirt else None
        with Session(settings, readonly=not mode.writes, results_on_stderr="-" in domains and mode.writes) as session:
            chosen = named_domains(
                domains, all_domains=all_domains, force_file=force_file, connection=session.connection
            )
            try:
                return _rewrite_all(_Rewriting(session, planner, Wish(port=port, path=path), mode, judge), chosen)
            finally:
                if judge is not None:
                    judge.close()

    return command


def _ask_option(*, is_there: bool) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        if not is_there:
            return command
        help_ = "Write a file only if the installed libvirt takes what comes of it."
        return click.option("--ask-libvirt", is_flag=True, help=help_)(command)

    return add


def _path_option(*, is_there: bool) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        if not is_there:
            return command
        help_ = "The socket's path on the host [default: libvirt makes one]"
        return click.option("--path", metavar="PATH", help=help_)(command)

    return add


class _Rewriting(NamedTuple):
    """One command's way to rewrite each of its DOMAINs."""

    session: Session
    planner: Planner
    wish: Wish
    mode: Mode
    judge: InstalledLibvirt | None = None


def _rewrite_all(rewriting: _Rewriting, chosen: Iterable[DomainArgument]) -> int:
    """Rewrite every DOMAIN and return the worst exit status."""
    worst = 0
    for target in chosen:
        try:
            changes = (_rewrite_file if target.is_file else _rewrite_stored)(rewriting, target.name)
            status = 1 if changes and rewriting.mode.check else 0
        except ChanfixError as error:
            rewriting.session.console.error(error, target.name)
            status = error.status
        worst = max(worst, status)
    return worst


def _rewrite_file(rewriting: _Rewriting, name: str) -> bool:
    session, mode = rewriting.session, rewriting.mode
    if mode.live:
        raise UsageError("--live is for domains on a connection, and this is a file", hint="leave it out")
    data = read_input(name)
    wish = rewriting.wish.for_version(session.version_for(NEWEST))
    session.console.detail(f"{name}: for libvirt {wish.version}")
    plan = rewriting.planner(read_domain(data, name), wish)
    notes = plan.notes
    if rewriting.judge is not None:
        from chanfix.cli.asking import refuse_what_libvirt_refuses

        notes += refuse_what_libvirt_refuses(rewriting.judge, name, plan.document, plan.data)
    after = with_domain(plan.document, plan.data, name) if plan.is_change else data
    if mode.diff or mode.dry_run:
        encoding = plan.document.encoding
        session.console.diff(name, data.decode(encoding, "replace"), after.decode(encoding, "replace"))
    if mode.writes:
        if name == "-":
            write_output(after)
        elif plan.is_change:
            files.replace(name, after, expected=data)
    _tell(session.console, name, plan, mode, notes)
    return plan.is_change


def _rewrite_stored(rewriting: _Rewriting, name: str) -> bool:
    # Files are rewritten without the code that changes a host.
    from chanfix.change.apply import prepare
    from chanfix.cli.connection import change_stored, show

    session, mode = rewriting.session, rewriting.mode
    if rewriting.judge is not None:
        raise UsageError("--ask-libvirt is for files; a connection's own libvirt is asked anyway", hint="leave it out")
    ref = session.connection.find(name)
    host = session.host
    wish = rewriting.wish.for_version(session.version_for(host.version))
    session.console.detail(f"{name}: on {host.uri}, for libvirt {wish.version}")
    looks = not mode.writes
    prepared = prepare(
        host, ref, lambda document: rewriting.planner(document, wish), only_looking=looks, live=mode.live
    )
    show(session, prepared, diff=mode.diff)
    if looks:
        _tell_stored(session.console, name, prepared, mode, prepared.notes, done=False)
    else:
        applied = change_stored(session, prepared, diff=mode.diff)
        _tell_stored(session.console, name, applied.prepared, mode, applied.notes, done=applied.is_running_changed)
    return prepared.is_change


def _tell_stored(
    console: Console, name: str, prepared: Prepared, mode: Mode, notes: Iterable[str], *, done: bool
) -> None:
    steps = prepared.running.steps(done=done) if prepared.running and (done or not mode.writes) else []
    if prepared.plan is not None:
        _tell(console, name, prepared.plan, mode, notes, steps)


def _tell(
    console: Console, name: str, plan: Plan, mode: Mode, notes: Iterable[str], live_steps: Iterable[str] = ()
) -> None:
    """Say what a plan did, or would do."""
    if not plan.is_change:
        console.result(name, f"unchanged: {plan.what}")
    elif mode.writes:
        console.result(name, f"{plan.verb.value} {plan.what}", color="green")
    else:
        console.result(name, f"would {plan.verb.infinitive} {plan.what}", color="yellow")
    for step in plan.steps:
        console.result(name, f"  {step}")
    for step in live_steps:
        console.result(name, step, color="green" if mode.writes else "yellow")
    for note in notes:
        console.note(note)
