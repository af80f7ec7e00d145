"""Reporters: a report goes in, one format comes out. The table is the list of formats there are."""

from __future__ import annotations

from chanfix.reporters.concise import write_concise
from chanfix.reporters.github import write_github
from chanfix.reporters.gitlab import write_gitlab
from chanfix.reporters.json import write_json
from chanfix.reporters.junit import write_junit
from chanfix.reporters.options import Options, Reporter
from chanfix.reporters.sarif import write_sarif
from chanfix.reporters.text import write_text

__all__ = ["REPORTERS", "Options", "Reporter"]

REPORTERS: dict[str, Reporter] = {
    "text": write_text,
    "concise": write_concise,
    "json": write_json,
    "sarif": write_sarif,
    "github": write_github,
    "gitlab": write_gitlab,
    "junit": write_junit,
}
