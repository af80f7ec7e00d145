"""``chanfix lsp``."""

from __future__ import annotations

import os
import signal
import sys

import click

from chanfix.cli import interrupted
from chanfix.cli.asking import installed_libvirt
from chanfix.cli.settings import asked_schema, common_options
from chanfix.errors import ChanfixError, InputError

__all__ = ["command"]

_FROM_ELSEWHERE = ("lsprotocol", "pygls")

_EPILOG = """\b
Examples:
  chanfix lsp                           for an editor to start, not for a terminal
"""


@click.command("lsp", epilog=_EPILOG)
@click.option("--stdio", is_flag=True, expose_value=False, help="Accepted, since many editors give it.")
@click.option("--ask-libvirt", is_flag=True, help="Ask the installed libvirt about a text that is saved.")
@common_options
def command(ask_libvirt: bool) -> int:
    """Answer an editor that speaks the Language Server Protocol, over standard input and output.

    Findings while a text is written, fixes as code actions, and a rule's page where the pointer is on a finding. With
    --ask-libvirt, or "askLibvirt": true in the editor's initialization options, also what the installed libvirt says.
    """
    try:
        from chanfix.lsp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _FROM_ELSEWHERE:
            raise
        raise ChanfixError(
            "the Python package 'pygls' is not installed, which the language server needs",
            hint="pip install 'chanfix[lsp]'",
        ) from None
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="an editor starts chanfix lsp and talks to it")
    # The server would wait for the thread that reads, and that one for a client who need not say anything any more.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(interrupted()))
    # The streams are the server's alone: it closes them, and nothing else that is printed may come between.
    with (
        os.fdopen(os.dup(sys.stdin.fileno()), "rb") as reading,
        os.fdopen(os.dup(sys.stdout.fileno()), "wb") as writing,
    ):
        serve(reading, writing, asked_schema(), installed_libvirt, asks=ask_libvirt)
    return 0
