"""The formats of an audit. The table is the list that there is."""

from __future__ import annotations

from chanfix.audit.formats.about import Audit, Writer
from chanfix.audit.formats.findings import write_junit, write_sarif
from chanfix.audit.formats.html import write_html
from chanfix.audit.formats.json import write_json
from chanfix.audit.formats.prometheus import write_prometheus
from chanfix.audit.formats.table import write_table

__all__ = ["FORMATS", "Audit", "Writer"]

FORMATS: dict[str, Writer] = {
    "table": write_table,
    "json": write_json,
    "sarif": write_sarif,
    "junit": write_junit,
    "prometheus": write_prometheus,
    "html": write_html,
}
