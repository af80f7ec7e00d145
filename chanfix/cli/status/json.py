"""The verdicts as JSON: ``status-v2`` (``schemas/status-v2.schema.json``) or ``status-v1``, whose keys are frozen.

A key that is added to ``status-v2`` must not appear in ``status-v1``. Today both have the same keys.
"""

from __future__ import annotations

import io

from chanfix import __version__
from chanfix.reporters.json_text import dump
from chanfix.status.health import Health
from chanfix.status.next_step import command_line
from chanfix.status.survey import Outcome

__all__ = ["status_json"]


def status_json(outcomes: dict[str, Outcome], uri: str | None, version: str) -> str:
    """Return the document of a version; every key is always there."""
    text = io.StringIO()
    domains = [_domain(name, outcome, uri) for name, outcome in outcomes.items()]
    dump({"version": version, "tool": {"name": "chanfix", "version": __version__}, "domains": domains}, text)
    return text.getvalue()


def _domain(name: str, outcome: Outcome, uri: str | None) -> dict[str, object]:
    if not isinstance(outcome, Health):
        return _entry(name, error=outcome.message)
    step = outcome.next_step
    return _entry(
        name,
        verdict=outcome.verdict.value,
        summary=outcome.summary,
        is_answering=outcome.is_answering,
        port=outcome.port,
        rules=list(outcome.rules),
        agent_version=outcome.agent_version,
        readiness=outcome.readiness or None,
        notes=list(outcome.notes),
        next_step={
            "text": step.words,
            "command": command_line(step, uri) or None,
            "on": "guest" if step.is_in_guest else "host",
        },
    )


def _entry(
    name: str,
    *,
    verdict: str | None = None,
    summary: str | None = None,
    is_answering: bool = False,
    port: str | None = None,
    rules: list[str] | None = None,
    agent_version: str | None = None,
    readiness: dict[str, bool | None] | None = None,
    notes: list[str] | None = None,
    next_step: dict[str, object] | None = None,
    error: str | None = None,
) -> dict[str, object]:
    return {
        "domain": name,
        "verdict": verdict,
        "summary": summary,
        "is_answering": is_answering,
        "port": port,
        "rules": rules or [],
        "agent_version": agent_version,
        "readiness": readiness,
        "notes": notes or [],
        "next_step": next_step,
        "error": error,
    }
