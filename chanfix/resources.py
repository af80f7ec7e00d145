"""The only module that knows where ``schemas/`` and ``templates/`` are.

A wheel carries both folders inside the package; an editable install and a checkout have them beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from chanfix.errors import InternalError

__all__ = ["folder", "path", "read", "reading"]

_PACKAGE = os.path.dirname(os.path.realpath(__file__))


@lru_cache
def folder(name: str) -> str:
    """Return the path of the folder ``schemas`` or ``templates``, wherever this installation keeps it."""
    with reading(name):
        inside = os.path.join(_PACKAGE, name)
        if os.path.isdir(inside):
            return inside
        checkout = os.path.dirname(_PACKAGE)
        beside = os.path.join(checkout, name)
        # Beside the package only in our own checkout: site-packages may hold anybody's "templates".
        if os.path.isdir(beside) and _is_our_checkout(checkout):
            return beside
    raise InternalError(f"the folder '{name}' of this installation is missing", hint="install chanfix again")


def path(name: str) -> str:
    """Return the path of a file in one of these folders, as ``schemas/virtio-serial.rng``."""
    place, file = os.path.split(name)
    return os.path.join(folder(place), file)


def read(name: str) -> str:
    """Return the text of a file in one of these folders."""
    with reading(name):
        return _text_of(path(name))


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Translate the error of a disk that fails while ``name``, a part of this installation, is read."""
    try:
        yield
    except OSError as error:
        raise InternalError(f"'{name}' of this installation cannot be read: {error.strerror}") from None


def _is_our_checkout(path: str) -> bool:
    project = os.path.join(path, "pyproject.toml")
    return os.path.isfile(project) and 'name = "chanfix"' in _text_of(project)


def _text_of(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
