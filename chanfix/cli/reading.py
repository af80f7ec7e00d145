"""Reads the file or the standard input that an argument names."""

from __future__ import annotations

import sys

from chanfix import files
from chanfix.errors import InputError

__all__ = ["read_input", "write_output"]


def read_input(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``. Raises ``InputError``."""
    if name != "-":
        return files.read(name)
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="give it a file: chanfix ... - < FILE")
    return files.read_stream(sys.stdin.buffer)


def write_output(data: bytes) -> None:
    """Write a document to standard output. Raises ``InputError`` when not all of it could be written."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise InputError(f"standard output cannot be written: {error.strerror}") from None
