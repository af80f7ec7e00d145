"""The only module that knows where ``schemas/`` and ``templates/`` are.

A wheel carries both folders inside the package; an editable install and a checkout have them beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chanfix.errors import InternalError

__all__ = ["folder", "reading"]

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder ``schemas`` or ``templates``, wherever this installation keeps it."""
    with reading(name):
        inside = _PACKAGE / name
        if inside.is_dir():
            return inside
        checkout = _PACKAGE.parent
        beside = checkout / name
        # Beside the package only in our own checkout: site-packages may hold anybody's "templates".
        if beside.is_dir() and _is_our_checkout(checkout):
            return beside
    raise InternalError(f"the folder '{name}' of this installation is missing", hint="install chanfix again")


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Translate the error of a disk that fails while ``name``, a part of this installation, is read."""
    try:
        yield
    except OSError as error:
        raise InternalError(f"'{name}' of this installation cannot be read: {error.strerror}") from None


def _is_our_checkout(path: Path) -> bool:
    project = path / "pyproject.toml"
    return project.is_file() and 'name = "chanfix"' in project.read_text(encoding="utf-8")
