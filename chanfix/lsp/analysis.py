"""What chanfix finds in the text of an editor, under the configuration that is nearest to its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chanfix.domain.libvirt_schema import find_schema
from chanfix.errors import ChanfixError, UsageError
from chanfix.lint.finding import FileReport, Finding
from chanfix.lint.judge import Judge
from chanfix.lint.known.baseline import Baseline
from chanfix.lint.known.config import Config, chosen_rules, load
from chanfix.lint.known.where import where_to_run
from chanfix.lint.run import Job, Run, Source
from chanfix.lsp.settings import Settings
from chanfix.xml.edit import Safety

__all__ = ["Analysis", "analyse", "with_hint"]

_MARK = "\ufeff"
# In characters. A domain has some ten thousand; a text over that, made for it, could keep the editor waiting.
_LONGEST = 1_000_000
_NO_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The findings in a text, or in ``error`` the reason for none; ``run`` can fix it."""

    text: str
    findings: Sequence[Finding] = ()
    error: str | None = None
    run: Run | None = None

    def fixed(self) -> str | None:
        """Return the text with all safe fixes made; None if there are none."""
        if self.run is None or not self.run.fixable(Safety.SAFE):
            return None
        try:
            return self._changed(self.run.fix(0, Safety.SAFE).after)
        except ChanfixError:
            return None

    def suppressed(self, finding: Finding) -> str:
        """Return the text with a comment that suppresses a finding. Raises ``UsageError`` where there can be none."""
        if self.run is None:
            raise UsageError("the text has no such finding any more")
        ignored = self.run.ignore(0, [finding])
        after = self._changed(ignored.file.after)
        if after is None:
            notes = [one.note for one in ignored.file.report.findings if one.identity == finding.identity]
            raise UsageError(next(filter(None, notes), "not suppressed"))
        return after

    def _changed(self, data: bytes) -> str | None:
        """Return a changed text as the editor has it; None if it is the same."""
        after = data.decode()
        after = after if self.text.startswith(_MARK) else after.removeprefix(_MARK)
        return after if after != self.text else None


def analyse(
    text: str,
    path: Path | None,
    schema: str | None,
    judge: Judge | None = None,
    settings: Settings = _NO_SETTINGS,
) -> Analysis:
    """Lint a text that is to be saved under a path, if that is known; ``schema`` is libvirt's own, if one was named.

    ``judge`` is an installed libvirt to ask. What the configuration says of that does not count: it is a stranger's.
    Never raises: a failure is the error of the analysis.
    """
    if len(text) > _LONGEST:
        is_ours = "<domain" in text
        return Analysis(text, error=f"not linted while it is open: over {_LONGEST:,} characters" if is_ours else None)
    try:
        config = load(str(path.parent)) if path else Config()
        if path and config.exclude.verdict(str(path)):
            return Analysis(text)
        source = _source(text, path)._replace(looks_inside=config.embedded)
        run = Run.lint([source], _job(config, schema, judge, settings))
    except ChanfixError as error:
        return Analysis(text, error=with_hint(error))
    except Exception as error:
        return Analysis(text, error=f"chanfix failed: {error!r}")
    [report] = run.reports
    return Analysis(text, report.findings, _error_of(report), run)


def with_hint(error: ChanfixError) -> str:
    """Return what an error says in one line."""
    return f"{error.message}; {error.hint}" if error.hint else error.message


def _job(config: Config, schema: str | None, judge: Judge | None, settings: Settings) -> Job:
    where = where_to_run(config, settings.targets)
    if schema is None and config.schema_dir is not None:
        schema = find_schema(config.schema_dir)
    return Job(
        rules=tuple(rule for rule in chosen_rules(config, profile=settings.profile) if schema or not rule.needs_schema),
        judge=judge,
        config=config,
        version=where.version,
        baseline=Baseline.load(config.baseline) if config.baseline else None,
        schema=schema,
        qemu=where.qemu,
        targets=where.targets,
    )


def _source(text: str, path: Path | None) -> Source:
    """Return a text as an input that nobody named: an editor asks about all that is open.

    Its encoding is the editor's business. With a byte order mark it is UTF-8, whatever the XML declaration says.
    """
    data = (_MARK + text.removeprefix(_MARK)).encode("utf-8", "replace")
    return Source(str(path or ""), partial(bytes, data), is_named=False)


def _error_of(report: FileReport) -> str | None:
    return f"not linted: {report.error}" if report.error is not None else None
