"""``chanfix targets``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options
from chanfix.cli.target_options import complete_targets

if TYPE_CHECKING:
    from chanfix.domain.targets import Target
    from chanfix.domain.versions import Version

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix targets
  chanfix targets debian-13
  chanfix targets rhel-9 --output-format json
  chanfix lint --target debian-12 --target rhel-9 vms/
"""

_WIDTH = 100
_LABELS = {
    "rolling": "follows libvirt and QEMU",
    "libvirt": "libvirt",
    "qemu": "QEMU",
    "emulators": "emulators",
    "firmware": "firmware",
    "machines": "machine types",
    "machine-suffixes": "own machine types",
    "without": "not built in",
    "packages": "in packages of their own",
    "tpm": "TPM",
    "agent": "guest agent",
}


@click.command("targets", epilog=_EPILOG)
@click.argument("name", required=False, shell_complete=complete_targets)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write."
)
@common_options
@click.pass_obj
def command(settings: Settings, name: str | None, output_format: str) -> int:
    """Show the releases that --target of lint and audit knows; with NAME what is known of one, and from where.

    A target is the release of the host that the domains run on, never that of a guest.
    """
    from chanfix.domain.targets import target_named, targets

    console = Session(settings).console
    chosen = targets() if name is None else (target_named(name),)
    if output_format == "json":
        from chanfix.reporters.json_text import as_json

        content = [_plain(target) for target in chosen]
        document = {"version": "targets-v1", "targets": content}
        console.raw(as_json(document, indent=2) + "\n")
    else:
        lines = _list(chosen) if name is None else _page(chosen[0])
        console.page("".join(f"{line}\n" for line in lines))
    return 0


def _plain(target: Target) -> dict[str, object]:
    facts = {name: fact._asdict() for name, fact in target.facts.items()}
    return {"name": target.name, "title": target.title, "aliases": list(target.aliases), "facts": facts}


def _list(chosen: Iterable[Target]) -> Iterator[str]:
    for target in chosen:
        also = f"  also: {', '.join(target.aliases)}" if target.aliases else ""
        versions = (
            f"libvirt {_version(target, 'libvirt', target.libvirt):8} QEMU {_version(target, 'qemu', target.qemu):8}"
        )
        yield f"{target.name:20} {versions} {target.title}{also}"


def _version(target: Target, name: str, version: Version) -> str:
    return str(version) if name in target.facts else "newest"


def _page(target: Target) -> Iterator[str]:
    yield f"{target.name}: {target.title}"
    if target.aliases:
        yield f"  also called {', '.join(target.aliases)}"
    for name, fact in target.facts.items():
        yield f"{_LABELS.get(name, name)}:"
        for line in _lines(fact.value if name != "machines" else _counted(fact.value)):
            yield from wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        yield f"    ({fact.how}: {fact.source})"


def _counted(machines: dict[str, list[str]]) -> dict[str, str]:
    """Return how many machine types there are of each architecture: to list them all would fill the screen."""
    return {arch: f"{len(names)}, which --output-format json lists" for arch, names in machines.items()}


def _lines(value: Any) -> Iterator[str]:
    """Return a value of JSON in lines for people."""
    if isinstance(value, dict):
        yield from (f"{key}: {line}" for key, inner in value.items() for line in _lines(inner))
    elif value is True:
        yield "yes"
    elif isinstance(value, list):
        yield ", ".join(map(str, value)) or "none"
    else:
        yield str(value)
