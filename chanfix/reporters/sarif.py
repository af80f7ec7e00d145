"""The format ``sarif``: SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from chanfix.escape import for_sarif_message, for_uri
from chanfix.links import documentation
from chanfix.lint.finding import Change, FileReport, Finding, Report, RuleInfo, Severity
from chanfix.reporters.fingerprint import findings_with_fingerprints, repository_path
from chanfix.reporters.json_text import dump
from chanfix.reporters.options import Options
from chanfix.xml.place import Place

__all__ = ["write_sarif"]

_Object = dict[str, object]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write_sarif(report: Report, stream: TextIO, options: Options) -> None:
    """Write one run with the rules that fired. Findings that were fixed are gone and not in it."""
    fired = {finding.rule for file in report.files for finding in file.findings}
    rules = [rule for rule in report.rules if rule.name in fired]
    indexes = {rule.name: index for index, rule in enumerate(rules)}
    notifications = [_notification(file) for file in report.files if file.error is not None]
    invocation: _Object = {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}
    if overrides := [_override(rule, indexes[rule.name]) for rule in rules if rule.configured is not None]:
        invocation["ruleConfigurationOverrides"] = overrides
    run = {
        "tool": {"driver": _driver(report, rules)} | _extensions(report),
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(*found, indexes) for found in findings_with_fingerprints(report)],
    }
    dump({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}, stream)


def _driver(report: Report, rules: list[RuleInfo]) -> _Object:
    driver: _Object = {"name": "chanfix", "version": report.tool_version}
    if address := documentation():
        driver["informationUri"] = address
    return driver | {"rules": [_rule(rule) for rule in rules]}


def _extensions(report: Report) -> _Object:
    """Return the libvirt and the QEMU that were asked."""
    if report.asked is None:
        return {}
    versions = {"libvirt": report.asked.libvirt, "qemu": report.asked.qemu}
    return {"extensions": [{"name": name, "version": version} for name, version in versions.items()]}


def _rule(rule: RuleInfo) -> _Object:
    # No key rather than an empty one, which readers refuse.
    link = {"helpUri": rule.url} if rule.url else {}
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(rule.page.partition("\n\n")[0].split()) or rule.summary},
        **link,
        "help": {"text": rule.page, "markdown": "\n".join(_markdown(rule.page))},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _override(rule: RuleInfo, index: int) -> _Object:
    """Return what the configuration changes of a rule (SARIF 3.20.5)."""
    level = _LEVELS[rule.configured or rule.severity]
    return {"descriptor": {"id": rule.name, "index": index}, "configuration": {"level": level}}


def _markdown(page: str) -> Iterator[str]:
    """Turn a page's headings with indented text below them into headings with text below them."""
    lines = page.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_heading = line[:1].strip() and following.startswith("    ")
        yield f"## {line}\n" if is_heading else line.removeprefix("    ")


def _result(file: FileReport, finding: Finding, fingerprint: str, rule_indexes: dict[str, int]) -> _Object:
    # Services show a related place only where the message links to it.
    links = [f"\n[{_link_text(place)}]({number})" for number, place in enumerate(finding.related, 1)]
    result: _Object = {"ruleId": finding.rule}
    if finding.rule in rule_indexes:
        result["ruleIndex"] = rule_indexes[finding.rule]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": {"text": for_sarif_message(finding.message) + "".join(links)},
        "locations": [_location(file.path, finding.place)],
        "relatedLocations": [
            {"id": number, "message": {"text": _label(place)}, **_location(file.path, place)}
            for number, place in enumerate(finding.related, 1)
        ],
        # GitHub's own upload fills in its primaryLocationLineHash, and warns of every other value under that name.
        "partialFingerprints": {"chanfixFinding/v1": fingerprint},
    }
    # Who reads this may apply a fix at once; one that must not be applied is not offered.
    if finding.fix and finding.changes and finding.fix.safety.name != "DISPLAY":
        change = {
            "artifactLocation": _artifact(file.path),
            "replacements": [_replacement(change) for change in finding.changes],
        }
        result["fixes"] = [{"description": {"text": for_sarif_message(finding.fix.title)}, "artifactChanges": [change]}]
    return result


def _label(place: Place) -> str:
    return for_sarif_message(place.label or "related")


def _link_text(place: Place) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", _label(place))


def _location(path: str, place: Place) -> _Object:
    return {"physicalLocation": {"artifactLocation": _artifact(place.path or path), "region": _region(place)}}


def _artifact(path: str) -> _Object:
    return {"uri": for_uri(repository_path(path))}


def _region(place: Place | Change) -> _Object:
    return {
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    }


def _replacement(change: Change) -> _Object:
    replacement: _Object = {"deletedRegion": _region(change)}
    if change.text:
        replacement["insertedContent"] = {"text": change.text}
    return replacement


def _notification(file: FileReport) -> _Object:
    return {
        "level": "error",
        "message": {"text": for_sarif_message(file.error or "")},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(file.path)}}],
    }
