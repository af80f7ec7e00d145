"""The findings of an audit: frozen values, and the JSON in which they are kept and exchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from chanfix.agent.told import Address
from chanfix.errors import InputError
from chanfix.links import page_of_rule
from chanfix.lint.finding import Asked, Excerpt, Finding, Severity
from chanfix.lint.rules import by_name
from chanfix.position import Position
from chanfix.reporters.json_text import range_of
from chanfix.status.as_data import as_addresses, as_feature
from chanfix.status.features import Feature
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["DomainAudit", "HostAudit", "Standing"]

_HINT = "chanfix audit --output-format json writes them"


class Standing(Enum):
    """A group of verdicts, by how urgent they are."""

    GOOD = "good"
    IDLE = "idle"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class DomainAudit:
    """A domain's verdict and findings. ``standing`` groups the verdicts.

    ``message`` says what was seen, ``advice`` what to do next, ``command`` the same as a command; both may be empty.
    ``features`` and ``addresses`` are those of an agent that answers, ``frozen_since`` is when its guest was first seen
    frozen: all are the guest's word. ``unasked`` says why an installed libvirt that is asked was not asked about it.
    """

    name: str
    uuid: str
    verdict: str
    standing: Standing
    message: str
    advice: str = ""
    command: str = ""
    findings: tuple[Finding, ...] = ()
    features: tuple[Feature, ...] = ()
    addresses: tuple[Address, ...] = ()
    frozen_since: str | None = None
    unasked: str | None = None

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def findings_as_json(self) -> list[dict[str, object]]:
        """Return the findings as plain data, as ``audit-v2`` has them."""
        return [_from_finding(finding) for finding in self.findings]

    def to_json(self) -> dict[str, object]:
        """Return the domain as plain data, as ``audit-v2`` has it."""
        return {
            "name": self.name,
            "uuid": self.uuid,
            "verdict": self.verdict,
            "standing": self.standing.value,
            "message": self.message,
            "advice": self.advice,
            "command": self.command,
            "findings": self.findings_as_json(),
            "features": [as_feature(feature) for feature in self.features],
            "addresses": as_addresses(self.addresses),
            "frozen_since": self.frozen_since,
            "unasked": self.unasked,
        }


@dataclass(frozen=True, slots=True)
class HostAudit:
    """A host's domains. ``name`` is unique in an audit; with an ``error`` not all of the host was seen, or nothing.

    ``libvirt`` and ``qemu`` are its versions, where they are known. ``targets`` names what its domains were judged for
    in place of these, and ``asked`` is the installed libvirt that was asked about them.
    """

    name: str
    uri: str
    domains: tuple[DomainAudit, ...] = ()
    error: str | None = None
    libvirt: str | None = None
    qemu: str | None = None
    targets: tuple[str, ...] = ()
    asked: Asked | None = None

    def to_json(self) -> dict[str, object]:
        """Return the host as plain data, described by ``schemas/audit-v2.schema.json``."""
        return {
            "name": self.name,
            "uri": self.uri,
            "error": self.error,
            "libvirt": self.libvirt,
            "qemu": self.qemu,
            "targets": list(self.targets),
            "asked": None if self.asked is None else self.asked._asdict(),
            "domains": [domain.to_json() for domain in self.domains],
        }

    @staticmethod
    def from_json(value: object) -> HostAudit:
        """Return the host that plain data describes. Raises ``InputError`` for anything else."""
        try:
            host = _object(value)
            return HostAudit(
                name=_text(host["name"]),
                uri=_text(host["uri"]),
                domains=tuple(_to_domain(_object(domain)) for domain in _list(host["domains"])),
                error=_text_or_none(host["error"]),
                # What older reports do not have.
                libvirt=_text_or_none(host.get("libvirt")),
                qemu=_text_or_none(host.get("qemu")),
                targets=_texts(host.get("targets", [])),
                asked=_to_asked(host.get("asked")),
            )
        except KeyError as error:
            raise InputError(f"a host of an audit lacks the key {error}", hint=_HINT) from None
        except (TypeError, ValueError) as error:
            raise InputError(f"this is no host of an audit: {error}", hint=_HINT) from None


def _to_asked(value: object) -> Asked | None:
    if value is None:
        return None
    asked = _object(value)
    return Asked(_text(asked["libvirt"]), _text(asked["qemu"]))


def _to_domain(value: Mapping[str, Any]) -> DomainAudit:
    return DomainAudit(
        name=_text(value["name"]),
        uuid=_text(value["uuid"]),
        verdict=_text(value["verdict"]),
        standing=Standing(value["standing"]),
        message=_text(value["message"]),
        advice=_text(value["advice"]),
        command=_text(value["command"]),
        findings=tuple(_to_finding(_object(finding)) for finding in _list(value["findings"])),
        # What audit-v1 and older reports do not have.
        features=tuple(_to_feature(_object(feature)) for feature in _list(value.get("features", []))),
        addresses=tuple(_to_address(_object(address)) for address in _list(value.get("addresses", []))),
        frozen_since=_text_or_none(value.get("frozen_since")),
        unasked=_text_or_none(value.get("unasked")),
    )


def _to_feature(value: Mapping[str, Any]) -> Feature:
    works = None if value["works"] is None else _bool(value["works"])
    return Feature(_text(value["name"]), works, _text_or_none(value["reason"]) or "", _texts(value["blocked"]))


def _to_address(value: Mapping[str, Any]) -> Address:
    prefix = None if value["prefix"] is None else _number(value["prefix"])
    return Address(_text(value["interface"]), _text(value["address"]), prefix, _text_or_none(value["mac"]))


def _from_finding(finding: Finding) -> dict[str, object]:
    excerpt = finding.excerpt
    # An older or a newer chanfix may have had other rules.
    url = page_of_rule(finding.rule) if by_name(finding.rule) else None
    return {
        "rule": finding.rule,
        **({"url": url} if url else {}),
        "severity": str(finding.severity),
        "message": finding.message,
        "place": range_of(finding.place),
        "related": [{"label": place.label, "place": range_of(place)} for place in finding.related],
        "line": None if excerpt is None else {"text": excerpt.text, "start": excerpt.start, "end": excerpt.end},
        "note": finding.note,
        "targets": list(finding.targets),
        "refused": finding.is_refused,
    }


def _to_finding(value: Mapping[str, Any]) -> Finding:
    line = value["line"]
    related = [_object(each) for each in _list(value["related"])]
    return Finding(
        rule=_text(value["rule"]),
        severity=Severity[_text(value["severity"]).upper()],
        message=_text(value["message"]),
        place=_to_place(_object(value["place"])),
        related=tuple(_to_place(_object(each["place"]), _text(each["label"])) for each in related),
        excerpt=None if line is None else Excerpt(_text(line["text"]), _number(line["start"]), _number(line["end"])),
        note=_text(value.get("note", "")),
        targets=_texts(value.get("targets", [])),
        is_refused=_bool(value.get("refused", False)),
    )


def _to_place(value: Mapping[str, Any], label: str = "") -> Place:
    start, end = _object(value["start"]), _object(value["end"])
    return Place(
        Span(_number(start["byte"]), _number(end["byte"])),
        Position(_number(start["line"]), _number(start["column"])),
        Position(_number(end["line"]), _number(end["column"])),
        label,
    )


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("an object is expected")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false is expected")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number is expected")
    return value
