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
from chanfix.guest.choice import choose_system, system_names
from chanfix.guest.config import GuestConfig
from chanfix.guest.policy import Policy, Rights, chosen_commands, effects
from chanfix.guest.port import agent_port
from chanfix.guest.selinux import CONFINED, booleans_of
from chanfix.guest.systems import DEFAULT_SYSTEM
from chanfix.guest.tasks import ansible_tasks
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
  chanfix guest-config --os rhel --allow guest-exec,guest-exec-status
  chanfix guest-config --os debian --block 'guest-file-*' --ansible
"""


@click.command("guest-config", epilog=_EPILOG)
@click.argument("domain", required=False, shell_complete=complete_domains)
@click.option("--file", "force_file", is_flag=True, help="Take DOMAIN for a file.")
@click.option("--port", metavar="NAME", help="The port's name [default: the one of the domain that is an agent's]")
@click.option(
    "--os",
    "system",
    metavar="SYSTEM",
    default=DEFAULT_SYSTEM,
    shell_complete=lambda context, parameter, text: [name for name in system_names() if name.startswith(text)],
    help="What runs in the guest, as debian, rhel or rhel-9: systemd for any Linux that has it.",
    show_default=True,
)
@click.option("--allow", multiple=True, metavar="COMMANDS", help="Commands that the agent may carry out from now on.")
@click.option(
    "--block", multiple=True, metavar="COMMANDS", help="Commands that it may not; '*' stands for any letters."
)
@click.option("--script", is_flag=True, help="A POSIX shell script that sets it, for root in the guest.")
@click.option("--cloud-init", is_flag=True, help="User-data for cloud-init, which installs the agent too.")
@click.option("--ansible", is_flag=True, help="Tasks for Ansible that set what --allow and --block say.")
@click.option("--virt-customize", is_flag=True, help="Commands for an image that is not running.")
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
    allow: tuple[str, ...],
    block: tuple[str, ...],
    script: bool,
    cloud_init: bool,
    ansible: bool,
    virt_customize: bool,
    output_dir: str | None,
) -> int:
    """Show what to set inside the guest, so that qemu-ga opens its port, starts with it, and may do what it is to do.

    The port is that of DOMAIN's agent channel, or --port. With --allow or --block alone the port stays as it is.
    Without an option that says otherwise: the files, each below its path. The guest itself is not touched.
    """
    ways = {"--script": script, "--cloud-init": cloud_init, "--ansible": ansible, "--virt-customize": virt_customize}
    if sum(ways.values()) + (output_dir is not None) > 1:
        raise UsageError(f"{', '.join(ways)} and --output-dir are five ways to do it", hint="give one of them")
    rights = Rights(chosen_commands(allow, "--allow"), chosen_commands(block, "--block"))
    chosen, generations = choose_system(system)
    if ansible and not rights:
        raise UsageError("--ansible is for what the agent may do", hint="give --allow or --block with it")
    if rights and not generations:
        raise UsageError("where the agent's rights are set depends on the system", hint="--os debian, or --os rhel-9")
    policies = [Policy(generation, rights) for generation in generations] if rights else []
    session = Session(settings)
    console = session.console
    if domain is not None:
        try:
            port = _port_of(session, domain, port, force_file=force_file)
        except ChanfixError as error:
            console.error(error, domain)
            return error.status
    if port is None and not rights:
        raise UsageError("no DOMAIN and no --port given", hint=f"chanfix guest-config --port {agent_name(1)}")
    sets_port = port is not None
    each: list[Policy | None] = [*policies] or [None]
    configs = [GuestConfig(chosen, port or AGENT_NAME, policy, sets_port=sets_port) for policy in each]
    if script:
        console.raw(configs[0].script())
    elif cloud_init:
        console.raw(configs[0].cloud_init())
    elif ansible:
        console.raw(ansible_tasks(policies))
    elif virt_customize:
        console.raw(configs[0].virt_customize())
    elif output_dir is not None:
        _write(console, _only(configs), Path(output_dir))
    else:
        console.raw("\n".join(_shown(configs)))
    is_complete = script or cloud_init or virt_customize
    for note in [*_notes(configs[0], is_complete=is_complete or ansible), *_policy_notes(configs, is_complete)]:
        console.note(note)
    return 0


def _only(configs: list[GuestConfig]) -> GuestConfig:
    """Return the one configuration. Raises ``UsageError`` where a system has several generations."""
    if len(configs) > 1:
        names = ", ".join(config.policy.generation.name for config in configs if config.policy)
        raise UsageError(
            "the file depends on the release", hint=f"--os takes {names}; or --script, which looks for itself"
        )
    return configs[0]


def _shown(configs: list[GuestConfig]) -> Iterator[str]:
    """Yield each file below its path, that of a policy with the releases that have it where there are several."""
    for file in configs[0].port_files:
        yield f"# {file.path}\n{file.text}"
    for config in configs:
        if config.policy and (own := config.policy_file):
            where = f" on {config.policy.generation.label}" if len(configs) > 1 else ""
            yield f"# {own.path}{where}\n{own.text}"


def _policy_notes(configs: list[GuestConfig], is_complete: bool) -> Iterator[str]:
    """Yield what becomes of each command, and what else it takes in the guest."""
    policies = [config.policy for config in configs if config.policy]
    if not policies:
        return
    yield from effects(policies[0].rights, policies)
    generations = [policy.generation for policy in policies]
    if not any(policy.changes for policy in policies):
        yield f"{configs[0].system.label} ships an agent that may do this: nothing to set, unless somebody blocked it"
    elif not is_complete:
        yield "the file is what the package ships and what is asked for; --script changes the one that is there"
    if any(generation.is_read for generation in generations):
        yield "what is shipped there is known from public pages: compare it with the guest's own file"
    if configs[0].system.name in CONFINED:
        for boolean in booleans_of(policies[0].rights.allow):
            yield f"with SELinux, {boolean.confined} unless: setsebool -P {boolean.name} on"


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
    if config.is_default and config.sets_port:
        yield f"the service of the package qemu-guest-agent opens '{AGENT_NAME}' by itself: nothing to set"
    if install and not is_complete:
        yield f"qemu-ga comes with: {install}"
    if config.files and not is_complete and config.system.is_unix:
        yield "it counts from the next boot of the guest; --script makes it count at once"
    if config.system.name == DEFAULT_SYSTEM and config.files:
        yield "Fedora and RHEL run a hook around each freeze: --os fedora and --os rhel keep it"
