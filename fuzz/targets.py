"""Which targets there are, and what each starts from."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

__all__ = ["CHECKOUT", "TARGETS", "seeds", "try_one"]

CHECKOUT = Path(__file__).resolve().parent.parent
_DOCUMENTS = CHECKOUT / "tests" / "corpus"
_SEEDS = CHECKOUT / "fuzz" / "seeds"

# Name of a module of this package -> the folders of its seeds.
TARGETS: dict[str, tuple[Path, ...]] = {
    "scan": (_DOCUMENTS,),
    "document": (_DOCUMENTS,),
    "patch": (_DOCUMENTS, _SEEDS / "patch"),
    "masking": (_DOCUMENTS, _SEEDS / "masking"),
    "suppression": (_SEEDS / "suppression",),
    "config": (_SEEDS / "config",),
    "dialogue": (_SEEDS / "dialogue",),
}


def try_one(target: str) -> Callable[[bytes], None]:
    """Return what a target does with one input."""
    return importlib.import_module(f"fuzz.{target}").try_one


def seeds(target: str) -> list[Path]:
    """Return the files that a target starts from, those that once broke it among them."""
    return sorted(path for folder in TARGETS[target] for path in folder.rglob("*") if path.is_file())
