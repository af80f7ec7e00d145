"""The line that says how far a long run is."""

import io
from contextlib import redirect_stderr
from functools import partial

import pytest

from chanfix.cli import main
from chanfix.cli.lint import files
from chanfix.cli.progress import Progress
from chanfix.cli.settings import Settings


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal():
    return Terminal()


def progress_at_once(settings, total):
    return Progress(settings, "done", total, patience=0, pause=0)


def test_each_step_is_shown_over_the_last_one_and_nothing_stays(terminal):
    with redirect_stderr(terminal), progress_at_once(Settings(), 10) as steps:
        steps.advance()
        steps.advance()
    assert terminal.getvalue() == "\rdone: 1 of 10\rdone: 2 of 10\r             \r"


def test_run_that_is_soon_done_shows_nothing(terminal):
    with redirect_stderr(terminal), Progress(Settings(), "done", 10, patience=3600) as steps:
        steps.advance()
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(("is_quiet", "stream"), [(True, Terminal()), (False, io.StringIO())])
def test_nothing_is_shown_when_quiet_or_not_on_a_terminal(is_quiet, stream):
    settings = Settings()
    settings.quiet = is_quiet
    with redirect_stderr(stream), progress_at_once(settings, 1) as steps:
        steps.advance()
    assert stream.getvalue() == ""


def test_lint_shows_how_many_files_are_done(terminal, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "Progress", partial(Progress, patience=0, pause=0))
    for name in "ab":
        (tmp_path / f"{name}.xml").write_text("<domain><name>a</name></domain>")
    with redirect_stderr(terminal):
        main(["lint", "--no-config", str(tmp_path)])
    assert "\rlinted: 2 of 2\r" in terminal.getvalue()
