"""Does many things at a time that may each take for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

__all__ = ["side_by_side"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item], *, width: int) -> Iterator[Result]:
    """Yield what ``work`` returns for each item, in their order, doing up to ``width`` at a time.

    Raises what ``work`` raises. The threads do not keep the process alive, whatever they hang in.
    """
    waiting: SimpleQueue[tuple[Item, Future[Result]]] = SimpleQueue()
    futures: list[Future[Result]] = []
    for item in items:
        futures.append(Future())
        waiting.put((item, futures[-1]))

    def do() -> None:
        while True:
            try:
                item, future = waiting.get_nowait()
            except Empty:
                return
            try:
                future.set_result(work(item))
            except BaseException as error:
                future.set_exception(error)

    for _ in range(min(width, len(futures))):
        Thread(target=do, daemon=True).start()
    for future in futures:
        yield future.result()
