"""Targets: the releases of distributions that a domain may have to run on, as data in ``schemas/targets``.

Each fact has its source. A fact that is not there is not known. Nothing is read before a target is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from chanfix import resources
from chanfix.domain.machines import NEWEST_QEMU
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import UsageError
from chanfix.named_tuple import NamedTuple
from chanfix.words import did_you_mean

__all__ = ["Fact", "Target", "chosen_targets", "target_named", "target_names", "targets", "targets_with"]

_FOLDER = "schemas/targets"


class Fact(NamedTuple):
    """One fact about a target. ``how`` is ``run`` if it was seen there, ``read`` if a public page says so.

    ``source`` is what was run, or the address of the page.
    """

    value: Any
    how: str
    source: str


class Target(NamedTuple):
    """The release of a distribution, as a host. ``facts`` are described by ``schemas/target.schema.json``."""

    name: str
    title: str
    aliases: tuple[str, ...]
    facts: Mapping[str, Fact]

    @property
    def libvirt(self) -> Version:
        """The version of libvirt; of a release that rolls on the newest that is known."""
        written = self._value("libvirt")
        return NEWEST if written is None else Version.parse(written)

    @property
    def qemu(self) -> Version:
        """The version of QEMU; of a release that rolls on the newest that is known."""
        written = self._value("qemu")
        return NEWEST_QEMU if written is None else Version.parse(written)

    def emulators(self, arch: str) -> tuple[str, ...] | None:
        """Return the paths of the emulators for an architecture; None if not known, empty if there is none."""
        known = self._value("emulators")
        return None if known is None else tuple(known.get(arch, ()))

    def has_emulator(self, path: str) -> bool | None:
        """Return True if an emulator is there, for whatever architecture; None if the paths are not known.

        One for 64 bits runs domains of 32 bits too.
        """
        known = self._value("emulators")
        return None if known is None else any(path in paths for paths in known.values())

    def has_file(self, path: str) -> bool | None:
        """Return True if a firmware file is there, or may be in a folder whose files are not listed.

        None if nothing is known of this release's firmware.
        """
        known = self._value("firmware")
        if known is None:
            return None
        return path in known or path.startswith(tuple(entry for entry in known if entry.endswith("/")))

    def machines(self, arch: str) -> frozenset[str] | None:
        """Return the machine types that QEMU has for an architecture; None if the list is not known."""
        known = self._value("machines")
        return None if known is None or arch not in known else frozenset(known[arch])

    def knows_suffix(self, suffix: str) -> bool | None:
        """Return False if QEMU has no machine type of a distribution with this suffix; None if that is not known."""
        patterns = self._value("machine-suffixes")
        return None if patterns is None else any(fnmatchcase(suffix, pattern) for pattern in patterns)

    def lacks(self, kind: str, name: str) -> bool:
        """Return True if QEMU was built without something; ``kind`` is ``graphics``, ``video`` or ``machines``."""
        return name in (self._value("without") or {}).get(kind, ())

    def package_of(self, kind: str, name: str) -> str | None:
        """Return the package that brings something that QEMU has not by itself; None if none is needed or known."""
        package: str | None = (self._value("packages") or {}).get(kind, {}).get(name)
        return package

    def _value(self, name: str) -> Any:
        fact = self.facts.get(name)
        return None if fact is None else fact.value


def targets() -> tuple[Target, ...]:
    """Return all targets, sorted by name."""
    return tuple(sorted(_all().values(), key=lambda target: _in_order(target.name)))


def target_names() -> list[str]:
    """Return the names of all targets, and the other names that they have."""
    return [name for target in targets() for name in (target.name, *target.aliases)]


def targets_with(libvirt: str, qemu: str | None) -> tuple[str, ...]:
    """Return the names of the targets that have these versions, but for the last number; none of those that roll."""
    try:
        wanted = Version.parse(libvirt)[:2], Version.parse(qemu or "")[:2]
    except UsageError:
        return ()
    there = (target for target in targets() if target.facts.keys() >= {"libvirt", "qemu"})
    return tuple(target.name for target in there if (target.libvirt[:2], target.qemu[:2]) == wanted)


def target_named(name: str) -> Target:
    """Return the target with a name, which may be one of its other names. Raises ``UsageError`` if there is none."""
    found = _by_name().get(name)
    if found is None:
        hint = did_you_mean(name, _by_name(), "chanfix targets lists them", most=3)
        raise UsageError(f"there is no target '{name}'", hint=hint)
    return found


def chosen_targets(
    names: Sequence[str], libvirt: Version | None = None, qemu: Version | None = None
) -> tuple[Target, ...]:
    """Return the targets with these names, each once.

    ``libvirt`` and ``qemu`` are the versions that were asked for besides. Raises ``UsageError`` for a target that has
    another version.
    """
    found = tuple(dict.fromkeys(target_named(name).name for name in names))
    chosen = tuple(_all()[name] for name in found)
    for target in chosen:
        for program, wanted, there in (("libvirt", libvirt, target.libvirt), ("QEMU", qemu, target.qemu)):
            # Who says 10.0 means 10.0.13 too.
            if wanted is not None and wanted[:2] != there[:2]:
                raise UsageError(
                    f"the target '{target.name}' has {program} {there}, and not {wanted}",
                    hint="a target brings its versions along: leave one of the two out",
                )
    return chosen


@cache
def _all() -> dict[str, Target]:
    return {target.name: target for target in _read()}


@cache
def _by_name() -> dict[str, Target]:
    return {name: target for target in _all().values() for name in (target.name, *target.aliases)}


def _read() -> Iterator[Target]:
    import json
    import os

    with resources.reading(_FOLDER):
        files = sorted(os.listdir(resources.folder(_FOLDER)))
    for file in files:
        content = json.loads(resources.read(f"{_FOLDER}/{file}"))
        facts = {name: Fact(fact["value"], fact["how"], fact["source"]) for name, fact in content["facts"].items()}
        yield Target(content["name"], content["title"], tuple(content["aliases"]), facts)


def _in_order(name: str) -> list[str | int]:
    """Return what names are sorted by: the numbers in them as numbers."""
    import re

    return [int(part) if part.isdecimal() else part for part in re.split(r"([0-9]+)", name)]
