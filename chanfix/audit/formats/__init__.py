"""The formats of an audit. The table lists all of them."""

from __future__ import annotations

from chanfix.audit.formats.about import Audit, Writer
from chanfix.audit.formats.findings import write_junit, write_sarif
from chanfix.audit.formats.html import write_html
from chanfix.audit.formats.json import write_json, write_json_v1
from chanfix.audit.formats.prometheus import write_prometheus
from chanfix.audit.formats.table import write_table

__all__ = ["FORMATS", "Audit", "Writer"]

FORMATS: dict[str, Writer] = {
    "table": write_table,
    "json": write_json,
    "json-v1": write_json_v1,
    "sarif": write_sarif,
    "junit": write_junit,
    "prometheus": write_prometheus,
    "html": write_html,
}
