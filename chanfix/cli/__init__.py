"""The command line: the only part that prints, and the one place that catches errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from chanfix.cli.streams import StreamError, open_missing

__all__ = ["interrupted", "main"]

_NOT_DONE = 3
_INTERRUPTED = 130


def main(argv: Sequence[str], *, owns_process: bool = False) -> int:
    """Run one command and return its exit status. ``owns_process`` is True if the process was started for it.

    0: fine. 1: findings remain, or something would change. 2: wrong usage or config. 3: the work could not be done.
    130: interrupted. A closed pipe changes the status only when a document could not be written whole: 3.
    """
    open_missing()
    try:
        status = _run(list(argv), owns_process)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return interrupted()
    except StreamError as error:
        print(f"chanfix: standard output cannot be written: {error.strerror}", file=sys.stderr)
        return _NOT_DONE
    except (ImportError, OSError) as error:  # the code of a better message could not be imported
        print(f"chanfix: {error}", file=sys.stderr)
        return _NOT_DONE


def interrupted() -> int:
    """Print that a command was interrupted, and return the status for that."""
    print("chanfix: interrupted", file=sys.stderr)
    return _INTERRUPTED


def _run(argv: list[str], owns_process: bool) -> int:
    import click

    from chanfix.cli.app import app
    from chanfix.cli.console import Console
    from chanfix.cli.settings import Settings
    from chanfix.errors import ChanfixError, InputError, InternalError, UsageError

    settings = Settings()
    settings.owns_process = owns_process
    console = Console(settings)
    try:
        status = app.main(argv, prog_name="chanfix", standalone_mode=False, obj=settings)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except SystemExit as exit_:  # how click ends shell completion
        return exit_.code if isinstance(exit_.code, int) else 0
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f"{context.command_path} --help" if context else "chanfix --help"
        console.error(UsageError(error.format_message(), hint=hint))
        return UsageError.status
    except ChanfixError as error:
        console.error(error)
        return error.status
    except StreamError:
        raise
    except OSError as error:
        if _folder_is_gone():
            console.error(InputError("the current folder is not there any more", hint="cd to one that is"))
            return _NOT_DONE
        what = error.strerror or error
        message = f"{what}: {error.filename}" if error.filename else f"the system refused something: {what}"
        console.error(InternalError(message, hint="run again with --debug and report it"))
        return _NOT_DONE
    except Exception as error:
        failure = InternalError(f"chanfix failed: {error!r}", hint="run again with --debug and report it")
        failure.__cause__ = error
        console.error(failure)
        return _NOT_DONE
    return status if isinstance(status, int) else 0


def _folder_is_gone() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False
