"""Makes docs/reliability.md of the tests with the marker ``survival``: what was tried, how often, what came of it.

The page is written by a run of all of them, ``scripts/test -m survival``, and by no other.
"""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "reliability.md"
SECTIONS = (
    "Writing a file",
    "Backups of stored definitions",
    "Standard streams and processes",
    "A connection to libvirt",
    "The installed libvirt that is asked",
    "Agents that hang or lie",
    "Any domain XML",
    "Documents made to harm",
    "Names and texts made to harm",
    "Secrets",
)
HEAD = """\
# Reliability

What chanfix was put through, how often, and what came of it. The tests write this page: `scripts/test -m survival` runs
them all. `--rounds 20` makes the generated cases twenty times as many, other ones at each run, and writes nothing here.

Of a file or a stored definition the old text or the new one is there, whole, at any time. No message claims what is
not so.
"""
_TABLE = """
## {section}

| what is tried | tried | outcome |
| --- | ---: | --- |
"""


def marked(item):
    """Yield the rows that a test counts for: section, what is tried and the outcome."""
    for mark in item.iter_markers("survival"):
        section, what, outcome = mark.args
        assert section in SECTIONS, f"{item.nodeid}: '{section}' is no section of {PAGE.name}"
        yield section, what, outcome


class Reliability:
    """The plugin. Rows travel as properties of the reports, so that they arrive from the processes of xdist too."""

    def __init__(self, config):
        self._config = config
        self._tried = {}
        self._failed = False

    def pytest_collection_modifyitems(self, items):
        for item in items:
            item.user_properties += [("survival", one) for one in marked(item)]
            item.user_properties += [("times", mark.kwargs.get("times", 0)) for mark in item.iter_markers("survival")]

    def pytest_runtest_logreport(self, report):
        self._failed |= report.failed
        if report.when != "call" and not report.skipped:
            return
        times = sum(value for name, value in report.user_properties if name == "times")
        for name, value in report.user_properties:
            if name == "survival":
                self._tried[tuple(value)] = self._tried.get(tuple(value), 0) + report.passed * (times or 1)

    def pytest_sessionfinish(self):
        if self._is_whole and self._tried and not self._failed:
            PAGE.write_text(self._page())

    @property
    def _is_whole(self):
        option = self._config.option
        return (
            option.markexpr == "survival"
            and not option.keyword
            and option.rounds == 1
            and self._config.args_source is pytest.Config.ArgsSource.TESTPATHS
            and not hasattr(self._config, "workerinput")
        )

    def _page(self):
        text = HEAD
        for section in SECTIONS:
            text += _TABLE.format(section=section)
            for (where, what, outcome), count in self._tried.items():
                if where == section:
                    text += f"| {what} | {count or 'not here'} | {outcome} |\n"
        return text
