"""Which hosts there are: those that are named, those of a list, and those that others have audited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from chanfix.audit.report import HostAudit
from chanfix.audit.state import read_report
from chanfix.errors import InputError, UsageError

__all__ = ["HostEntry", "host_entries", "read_folder", "read_list"]


@dataclass(frozen=True, slots=True)
class HostEntry:
    """A host to audit: what it is called, and where its libvirt is."""

    name: str
    uri: str


def host_entries(uris: Iterable[str], listed: Iterable[HostEntry]) -> list[HostEntry]:
    """Return all hosts, each once. Raises ``UsageError`` for one name with two URIs, and for none at all."""
    found: dict[str, HostEntry] = {}
    for entry in [*(HostEntry(uri, uri) for uri in uris), *listed]:
        known = found.setdefault(entry.name, entry)
        if known != entry:
            raise UsageError(
                f"the host '{entry.name}' has two URIs: '{known.uri}' and '{entry.uri}'",
                hint="give each host a name of its own",
            )
    if not found:
        raise UsageError("no host to audit", hint="name some with -c URI or --hosts FILE")
    return list(found.values())


def read_list(text: str) -> list[HostEntry]:
    """Read a host a line: its URI, or a name and its URI; ``#`` starts a comment. Raises ``UsageError``."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split() if not line.lstrip().startswith("#") else []
        if len(words) > 2:
            raise UsageError(
                f"line {number} of the hosts has {len(words)} words; expected a URI, or a name and a URI",
                hint="web1 qemu+ssh://web1.example/system",
            )
        if words:
            found.append(HostEntry(words[0], words[-1]))
    return found


def read_folder(folder: Path) -> Iterator[HostAudit]:
    """Yield the hosts of all reports in a folder, each ``NAME.json``. Raises ``InputError``.

    To itself every host is ``qemu:///system``: one that was audited where it stands takes the name of its file. A file
    that is no report is a host that was not audited: those who made it know what became of it, and the others count.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError(f"there is no report of an audit in '{folder}'", hint="each is a file that ends in .json")
    seen: dict[str, Path] = {}
    for path in paths:
        hosts = _read(path)
        for host in hosts:
            if not _names_a_machine(host.uri):
                host = replace(host, name=path.stem if len(hosts) == 1 else f"{path.stem} {host.name}")
            if host.name in seen:
                raise InputError(f"'{path}' and '{seen[host.name]}' both have the host '{host.name}'")
            seen[host.name] = path
            yield host


def _read(path: Path) -> list[HostAudit]:
    try:
        return read_report(path)
    except InputError as error:
        return [HostAudit(path.stem, "", error=error.message)]


def _names_a_machine(uri: str) -> bool:
    try:
        return bool(urlsplit(uri).hostname)
    except ValueError:  # what libvirt could not connect to is reported all the same
        return False
