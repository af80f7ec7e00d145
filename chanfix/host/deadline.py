"""Wait for a call that may never come back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

__all__ = ["begin", "within"]

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what ``call`` returns or raise what it raises; ``TimeoutError`` when that takes longer."""
    return begin(call).result(seconds)


def begin(call: Callable[[], T]) -> Future[T]:
    """Return what will be there once ``call`` has returned.

    A call that is given up goes on in its thread, which does not keep the process alive.
    """
    answer: Future[T] = Future()

    def work() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=work, daemon=True).start()
    return answer
