"""Lints one text in memory."""

from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

LOCAL = tuple(rule for rule in RULES if rule.on_by_default and not rule.needs_schema)
EVERY = tuple(rule for rule in RULES if not rule.needs_schema)


def run_on(name, text, rules=LOCAL, **job):
    data = text.encode() if isinstance(text, str) else text
    return Run.lint([Source(name, lambda: data)], Job(rules, **job))


def lint(name, text, rules=LOCAL):
    """Return the report on a text."""
    [report] = run_on(name, text, rules).reports
    return report


def found(name, text, rules=LOCAL):
    """Return rule, line, column and the text of each finding's place."""
    data = text.encode() if isinstance(text, str) else text
    return [
        (
            finding.rule,
            finding.place.start.line,
            finding.place.start.column,
            data[finding.place.span.start : finding.place.span.end].decode(),
        )
        for finding in lint(name, data, rules).findings
    ]


def fixed(name, text, rules=LOCAL):
    """Return a text after all fixes that can be applied."""
    run = run_on(name, text, rules)
    return run.fix(0, Safety.UNSAFE).after.decode() if run.fixable(Safety.UNSAFE) else text
