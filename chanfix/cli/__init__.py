"""The command line: the only part that prints, and the one place that catches errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from chanfix import __version__

__all__ = ["OutputError", "interrupted", "main", "wait_for_room"]

_NOT_DONE = 3
_INTERRUPTED = 130


class OutputError(OSError):
    """Standard output cannot be written. A pipe that was closed is none: whoever reads has enough."""


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit status.

    0: fine. 1: findings remain, or something would change. 2: wrong usage or config. 3: the work could not be done.
    130: interrupted. A closed pipe changes no status, but that of a document which could not be written whole: 3.
    """
    _open_what_is_closed()
    try:
        if list(argv) == ["--version"]:  # before anything is imported that takes longer than the answer
            print(f"chanfix {__version__}", flush=True)
            return 0
        status = _run(list(argv))
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return interrupted()
    except OutputError as error:
        print(f"chanfix: standard output cannot be written: {error.strerror}", file=sys.stderr)
        return _NOT_DONE
    except OSError as error:  # not even the code could be loaded that says so in better words
        print(f"chanfix: {error}", file=sys.stderr)
        return _NOT_DONE


def interrupted() -> int:
    """Say that a command was interrupted, and return the status for that."""
    print("chanfix: interrupted", file=sys.stderr)
    return _INTERRUPTED


def wait_for_room(descriptor: int) -> None:
    """Wait until standard output takes more: whoever shares it may have made it so that it does not wait by itself."""
    from select import select

    select([], [descriptor], [])


def _open_what_is_closed() -> None:
    """Give a process that was started without its standard streams a place to write to."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the life of the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def _run(argv: list[str]) -> int:
    import click

    from chanfix.cli.app import app
    from chanfix.cli.console import Console
    from chanfix.cli.settings import Settings
    from chanfix.errors import ChanfixError, InputError, InternalError, UsageError

    settings = Settings()
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
    except OutputError:
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
