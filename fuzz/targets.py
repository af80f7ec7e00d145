"""Which targets there are, and what each starts from."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

__all__ = ["CHECKOUT", "DOCUMENTS", "SEEDS", "TARGETS", "try_one"]

CHECKOUT = Path(__file__).resolve().parent.parent
DOCUMENTS = CHECKOUT / "tests" / "corpus"
SEEDS = CHECKOUT / "fuzz" / "seeds"
"""A folder for each target: what it starts from, and what once broke it."""

# Name of a module of this package -> whether whole documents are among what it starts from.
TARGETS = {
    "scan": True,
    "document": True,
    "patch": True,
    "masking": True,
    "cursor": True,
    "suppression": False,
    "embedded": False,
    "config": False,
    "dialogue": False,
}


def try_one(target: str) -> Callable[[bytes], None]:
    """Return what a target does with one input."""
    feed: Callable[[bytes], None] = importlib.import_module(f"fuzz.{target}").try_one
    return feed
