"""``chanfix check``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from chanfix.change.against import compare_agents
from chanfix.change.compare import is_met_by
from chanfix.cli.domains import DomainArgument, domain_arguments, named_domains
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options, connection_options
from chanfix.cli.streams import read_input
from chanfix.domain import Domain
from chanfix.domain.versions import NEWEST
from chanfix.embedded.documents import read_domains
from chanfix.errors import ChanfixError, UsageError
from chanfix.rewrite.check import check
from chanfix.rewrite.plan import Wish
from chanfix.xml.document import Document

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix check vms/*.xml
  chanfix -c qemu:///system check --all
  chanfix check web && virsh domfsfreeze web
  chanfix -c qemu:///system check web.xml --against web
"""


@click.command("check", epilog=_EPILOG)
@domain_arguments
@click.option("--against", metavar="DOMAIN", help="Compare the channel of one file with that of a domain on the host.")
@connection_options
@common_options
@click.pass_obj
def command(
    settings: Settings, domains: tuple[str, ...], all_domains: bool, force_file: bool, against: str | None
) -> int:
    """Check that the agent channel is there and right: one line for each DOMAIN.

    On a connection the channel is that of the stored definition. The line also compares it with the running domain.
    With --against: if the channel in a file, and its controllers, are those that are stored and that run. Exit status 0
    when all are right and the same, 1 when one is not.
    """
    worst = 0
    with Session(settings) as session:
        if against is not None:
            return _compare(session, domains, against, force_file=force_file, all_domains=all_domains)
        for target in named_domains(
            domains, all_domains=all_domains, force_file=force_file, connection=session.connection
        ):
            try:
                status = _check(session, target)
            except ChanfixError as error:
                session.console.error(error, target.name)
                status = error.status
            worst = max(worst, status)
    return worst


def _check(session: Session, target: DomainArgument) -> int:
    if target.is_file:
        documents = read_domains(read_input(target.name), target.name)
        return max(_check_document(session, target, document) for document in documents)
    ref = session.connection.find(target.name)
    document = Document.parse(session.host.public_xml(ref))
    return _check_document(session, target, document, session.host.running_xml(ref))


def _check_document(session: Session, target: DomainArgument, document: Document, running: bytes | None = None) -> int:
    version = session.version_for(NEWEST if target.is_file else session.host.version)
    verdict = check(document, Wish(version=version))
    where = f"{target.name}:{verdict.position.line}" if verdict.position and target.is_file else target.name
    message = verdict.message
    if running is not None and (difference := _in_the_running(Domain.of(document), running)):
        message += f"; {difference}"
    session.console.result(where, message, color="green" if verdict.is_right else "yellow")
    return 0 if verdict.is_right else 1


def _compare(session: Session, names: Sequence[str], against: str, *, force_file: bool, all_domains: bool) -> int:
    """Check one file, and say how its channel compares with what a domain has stored and runs."""
    chosen = list(named_domains(names, all_domains=all_domains, force_file=force_file, connection=session.connection))
    if len(chosen) != 1 or not chosen[0].is_file:
        raise UsageError("--against compares one file with one domain", hint="chanfix check web.xml --against web")
    ref = session.connection.find(against, of_file="a file of that name is here; --against takes a domain")
    try:
        documents = list(read_domains(read_input(chosen[0].name), chosen[0].name))
    except ChanfixError as error:
        session.console.error(error, chosen[0].name)
        return error.status
    if len(documents) != 1:
        raise UsageError(f"{chosen[0].name} holds several domains", hint="--against compares one with one")
    [document] = documents
    stored, running = session.host.public_xml(ref), session.host.running_xml(ref)
    verdict = check(document, Wish(version=session.version_for(session.host.version)))
    messages = [verdict.message]
    is_same = True
    for what, text in (("stored definition", stored), ("running domain", running)):
        if text is None:
            messages.append(f"'{against}' is shut off")
            continue
        found = _nearest_reading(document, Domain.parse(text))
        is_same &= not found
        messages.append(f"the {what} of '{against}' {'; it '.join(found) if found else 'has the same'}")
    where = f"{chosen[0].name}:{verdict.position.line}" if verdict.position else chosen[0].name
    is_well = verdict.is_right and is_same
    session.console.result(where, "; ".join(messages), color="green" if is_well else "yellow")
    return 0 if is_well else 1


def _nearest_reading(document: Document, theirs: Domain) -> tuple[str, ...]:
    """Return the differences of the reading of a template that has least of them: one of them is what was rendered."""
    readings = (compare_agents(Domain.of(reading), theirs).differences for reading in document.readings)
    return min(readings, key=len)


def _in_the_running(stored: Domain, running: bytes) -> str | None:
    """Say how the agent channel that runs compares to the stored one; None where there is neither."""
    ours = stored.agent_channels
    theirs = Domain.parse(running).agent_channels
    if not ours:
        return "the running domain alone has one, until it is powered off" if theirs else None
    if theirs and is_met_by(ours[0], theirs[0]):
        return "the running domain has it too"
    there = "has another" if theirs else "does not have it"
    return f"pending power cycle: the running domain {there}"
