"""The verdicts as JSON: ``status-v2`` (``schemas/status-v2.schema.json``) or ``status-v1``, whose keys are frozen.

A key that is added to ``status-v2`` must not appear in ``status-v1``, nor a verdict or a feature.
"""

from __future__ import annotations

import io

from chanfix import __version__
from chanfix.guest.generations import generation_of
from chanfix.reporters.json_text import dump
from chanfix.status.as_data import as_addresses, as_feature
from chanfix.status.health import Health
from chanfix.status.next_step import command_line
from chanfix.status.survey import Outcome
from chanfix.status.verdict import Verdict

__all__ = ["status_json"]


# What status-v1 knows of an agent, and what it says of a guest whose agent answers and whose disks are frozen.
_FEATURES_V1 = ("shutdown", "reboot", "quiesced snapshot", "time", "guest info", "password")
_VERDICTS_V1 = {Verdict.FROZEN: Verdict.RESPONDING}


def status_json(outcomes: dict[str, Outcome], uri: str | None, version: str) -> str:
    """Return the document of a version; every key is always there."""
    text = io.StringIO()
    domain = _domain_v1 if version == "status-v1" else _domain
    domains = [domain(name, outcome, uri) for name, outcome in outcomes.items()]
    dump({"version": version, "tool": {"name": "chanfix", "version": __version__}, "domains": domains}, text)
    return text.getvalue()


def _domain_v1(name: str, outcome: Outcome, uri: str | None) -> dict[str, object]:
    entry: dict[str, object] = {
        "domain": name,
        "verdict": None,
        "summary": None,
        "is_answering": False,
        "port": None,
        "rules": [],
        "agent_version": None,
        "readiness": None,
        "notes": [],
        "next_step": None,
        "error": None,
    }
    if not isinstance(outcome, Health):
        return {**entry, "error": outcome.message}
    works = {feature.name: feature.works for feature in outcome.features}
    return {
        **entry,
        "verdict": _VERDICTS_V1.get(outcome.verdict, outcome.verdict).value,
        "summary": outcome.summary,
        "is_answering": outcome.is_answering,
        "port": outcome.port,
        "rules": list(outcome.rules),
        "agent_version": outcome.agent_version,
        "readiness": {name: works[name] for name in _FEATURES_V1} if works else None,
        "notes": list(outcome.notes),
        "next_step": {
            "text": outcome.next_step.words,
            "command": command_line(outcome.next_step, uri) or None,
            "on": "guest" if outcome.next_step.is_in_guest else "host",
        },
    }


def _policy(health: Health | None) -> dict[str, str] | None:
    """Return where the guest's system sets what its agent may do; None if that is not known."""
    if health is None or health.system is None:
        return None
    generation = generation_of(health.system.id, health.system.version)
    return {"file": generation.path, "setting": generation.setting} if generation else None


def _domain(name: str, outcome: Outcome, uri: str | None) -> dict[str, object]:
    entry = _domain_v1(name, outcome, uri)
    health = outcome if isinstance(outcome, Health) else None
    if health is not None:
        entry["verdict"] = health.verdict.value
        entry["readiness"] = {feature.name: feature.works for feature in health.features} or None
    return {
        **entry,
        "features": [as_feature(feature) for feature in health.features] if health else [],
        "addresses": as_addresses(health.addresses) if health else None,
        "guest_os": health.system._asdict() if health and health.system else None,
        "policy": _policy(health),
        "frozen_since": health.frozen_since.isoformat() if health and health.frozen_since else None,
    }
