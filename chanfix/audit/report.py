"""What an audit finds: frozen values, and the JSON that they are kept and exchanged as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from chanfix.errors import InputError
from chanfix.lint.finding import Excerpt, Finding, Severity
from chanfix.position import Position
from chanfix.reporters.json_text import range_of
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["DomainAudit", "HostAudit", "Standing"]

_HINT = "chanfix audit --output-format json writes them"


class Standing(Enum):
    """What a verdict means for whoever is on duty."""

    GOOD = "good"
    IDLE = "idle"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class DomainAudit:
    """A domain's verdict and findings. ``standing`` groups the verdicts.

    ``message`` says what was seen, ``advice`` what to do next, ``command`` the same as a command; both may be empty.
    """

    name: str
    uuid: str
    verdict: str
    standing: Standing
    message: str
    advice: str = ""
    command: str = ""
    findings: tuple[Finding, ...] = ()

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)


@dataclass(frozen=True, slots=True)
class HostAudit:
    """A host's domains. ``name`` is unique in an audit; with an ``error`` not all of the host was seen, or nothing."""

    name: str
    uri: str
    domains: tuple[DomainAudit, ...] = ()
    error: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the host as plain data, described by ``schemas/audit-v2.schema.json``."""
        return {
            "name": self.name,
            "uri": self.uri,
            "error": self.error,
            "domains": [_from_domain(domain) for domain in self.domains],
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
                error=None if host["error"] is None else _text(host["error"]),
            )
        except KeyError as error:
            raise InputError(f"a host of an audit lacks the key {error}", hint=_HINT) from None
        except (TypeError, ValueError) as error:
            raise InputError(f"this is no host of an audit: {error}", hint=_HINT) from None


def _from_domain(domain: DomainAudit) -> dict[str, object]:
    return {
        "name": domain.name,
        "uuid": domain.uuid,
        "verdict": domain.verdict,
        "standing": domain.standing.value,
        "message": domain.message,
        "advice": domain.advice,
        "command": domain.command,
        "findings": [_from_finding(finding) for finding in domain.findings],
    }


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
    )


def _from_finding(finding: Finding) -> dict[str, object]:
    excerpt = finding.excerpt
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "place": range_of(finding.place),
        "related": [{"label": place.label, "place": range_of(place)} for place in finding.related],
        "line": None if excerpt is None else {"text": excerpt.text, "start": excerpt.start, "end": excerpt.end},
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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number is expected")
    return value
