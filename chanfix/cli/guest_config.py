"""``chanfix guest-config``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import click

from chanfix import files
from chanfix.cli.console import Console
from chanfix.cli.domains import complete_domains, named_domains
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options, connection_options
from chanfix.cli.streams import read_input
from chanfix.domain.agent_name import AGENT_NAME, agent_name
from chanfix.domain.versions import NEWEST
from chanfix.errors import ChanfixError, OutputError, UsageError
from chanfix.guest.config import GuestConfig
from chanfix.guest.port import agent_port
from chanfix.guest.systems import DEFAULT_SYSTEM, SYSTEMS
from chanfix.rewrite.plan import channels_of, with_agent
from chanfix.template import read_document
from chanfix.xml.document import Document

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix guest-config web                                    for the agent's port of a domain
  chanfix guest-config --port org.qemu.guest_agent.1 --os alpine
  chanfix guest-config web --os debian --script > set-port.sh run it as root in the guest
  chanfix guest-config web --cloud-init > user-data
"""


@click.command("guest-config", epilog=_EPILOG)
@click.argument("domain", required=False, shell_complete=complete_domains)
@click.option("--file", "force_file", is_flag=True, help="Take DOMAIN for a file.")
@click.option("--port", metavar="NAME", help="The port's name [default: the one of the domain that is an agent's]")
@click.option(
    "--os",
    "system",
    type=click.Choice(list(SYSTEMS)),
    default=DEFAULT_SYSTEM,
    help="What runs in the guest: systemd for any Linux that has it.",
    show_default=True,
)
@click.option("--script", is_flag=True, help="A POSIX shell script that sets it, for root in the guest.")
@click.option("--cloud-init", is_flag=True, help="User-data for cloud-init, which installs the agent too.")
@click.option("--output-dir", metavar="DIR", help="Write the files below that folder, with their paths.")
@connection_options
@common_options
@click.pass_obj
def command(
    settings: Settings,
    domain: str | None,
    force_file: bool,
    port: str | None,
    system: str,
    script: bool,
    cloud_init: bool,
    output_dir: str | None,
) -> int:
    """Show what to set inside the guest, so that qemu-ga opens its port and starts with it.

    The port is that of DOMAIN's agent channel, or --port. Without --script and --cloud-init: the files, each below its
    path. The guest itself is not touched.
    """
    if script + cloud_init + (output_dir is not None) > 1:
        raise UsageError("--script, --cloud-init and --output-dir are three ways to do it", hint="give one of them")
    session = Session(settings)
    console = session.console
    if domain is not None:
        try:
            port = _port_of(session, domain, port, force_file=force_file)
        except ChanfixError as error:
            console.error(error, domain)
            return error.status
    if port is None:
        raise UsageError("no DOMAIN and no --port given", hint=f"chanfix guest-config --port {agent_name(1)}")
    config = GuestConfig(SYSTEMS[system], port)
    if script:
        console.raw(config.script())
    elif cloud_init:
        console.raw(config.cloud_init())
    elif output_dir is not None:
        _write(console, config, Path(output_dir))
    else:
        console.raw("\n".join(f"# {file.path}\n{file.text}" for file in config.files))
    for note in _notes(config, is_complete=script or cloud_init):
        console.note(note)
    return 0


def _port_of(session: Session, name: str, port: str | None, *, force_file: bool) -> str:
    with session.connection as connection:
        [target] = named_domains([name], all_domains=False, force_file=force_file, connection=connection)
        if target.is_file:
            document = read_document(read_input(name), name)
            version = session.version_for(NEWEST)
        else:
            ref = connection.find(name)
            document = Document.parse(connection.host.public_xml(ref))
            version = session.version_for(connection.host.version)
    with_agent(document, version)
    return agent_port(channels_of(document), port)


def _write(console: Console, config: GuestConfig, folder: Path) -> None:
    for file in config.files:
        # A path of Windows has no place below a folder here; its last part has.
        path = folder / (file.path.lstrip("/") if config.system.is_unix else PureWindowsPath(file.path).name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"the folder '{path.parent}' cannot be made: {error.strerror}") from None
        files.write(path, file.text.encode())
        console.result(str(path), "written")


def _notes(config: GuestConfig, *, is_complete: bool) -> Iterator[str]:
    """Yield what to do besides, in the guest."""
    install = config.system.install
    if config.is_default:
        yield f"the service of the package qemu-guest-agent opens '{AGENT_NAME}' by itself: nothing to set"
    if install and not is_complete:
        yield f"qemu-ga comes with: {install}"
    if config.files and not is_complete and config.system.is_unix:
        yield "it counts from the next boot of the guest; --script makes it count at once"
    if config.system.name == DEFAULT_SYSTEM and config.files:
        yield "Fedora and RHEL run a hook around each freeze: --os fedora and --os rhel keep it"
