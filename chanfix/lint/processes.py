"""Lints many inputs in several processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from chanfix.lint.finding import FileReport
from chanfix.lint.linter import Job, Linted, Source, lint_sources

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.context import BaseContext

__all__ = ["lint_in_processes"]

# How many inputs a process takes at once, at the least, and how often each comes back for more when there are many.
_CHUNK = 64
_CHUNKS = 50
# How many of these are given to each other process at once, so that it has one to go on with while this one works.
_AHEAD = 3
# How many descriptors there must be for a pool to start: two for each process, and some for itself and for the work.
_DESCRIPTORS = 30


def lint_in_processes(
    job: Job,
    sources: Sequence[Source],
    processes: int,
    advance: Callable[[], None],
    tell: Callable[[str], None] = lambda text: None,
) -> Iterator[Linted]:
    """Yield what comes of inputs, in their order; ``advance`` is called for each that is done, in any order.

    An interrupt is noted, and raised between two inputs: at other moments it could leave a lock locked that all share.
    Where the system has no other process to give, ``tell`` is called with the reason, and this one does all the work.
    """
    # Small enough that no process waits long for the last one, and large enough that few words are exchanged.
    # To render one takes as long as to lint a hundred.
    least = _CHUNK if sources[0].variables is None else 1
    size = min(max(len(sources) // (_CHUNKS * processes), least), 4 * _CHUNK)
    chunks = deque(range(start, min(start + size, len(sources))) for start in range(0, len(sources), size))
    with _interrupts_noted():
        started = _start_pool(job, sources, min(processes, len(chunks)) - 1, tell)
        if started is None:
            yield from _lint_here(job, sources, advance)
            return
        pool, others = started
        try:
            theirs: deque[tuple[range, Future[list[Linted | None]]]] = deque()
            ours: deque[list[Linted]] = deque()
            while chunks or theirs:
                # No more than what keeps the others at work while this process is.
                while chunks and len(theirs) < _AHEAD * others:
                    chunk = chunks.popleft()
                    theirs.append((chunk, pool.submit(_lint_chunk, chunk)))
                chunk, future = theirs[0]
                # This process works as well, from the end on.
                if chunks and not future.done():
                    last = [sources[number] for number in chunks.pop()]
                    ours.appendleft(list(_lint_here(job, last, advance)))
                    continue
                theirs.popleft()
                results = future.result()
                _raise_if_interrupted()
                for number, one in zip(chunk, results, strict=True):
                    advance()
                    yield one or Linted(FileReport(sources[number].name))
            for some in ours:
                yield from some
        finally:
            # Whoever gives up does not want to wait for what is to come.
            pool.shutdown(cancel_futures=True)


def _lint_here(job: Job, sources: Sequence[Source], advance: Callable[[], None]) -> Iterator[Linted]:
    for linted in lint_sources(job, sources):
        _raise_if_interrupted()
        advance()
        yield linted


def _start_pool(
    job: Job, sources: Sequence[Source], others: int, tell: Callable[[str], None]
) -> tuple[ProcessPoolExecutor, int] | None:
    """Start other processes, fewer where the system has not enough for so many, and say how many; None for none."""
    reason = None
    while others > 0:
        try:
            from concurrent.futures import ProcessPoolExecutor

            # With each process goes a thread that watches, and with the pool there are two more.
            _try_out(_DESCRIPTORS + 2 * others, 2 * others + 2)
            pool = ProcessPoolExecutor(others, _context(), initializer=_take, initargs=(job, sources))
            pool.submit(_lint_chunk, range(0))
            return pool, others
        except (ImportError, OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or error
            others //= 2
    if reason:
        tell(f"all in one process, for no other can be started: {reason}")
    return None


def _context() -> BaseContext:
    """Return how processes are started: on Linux by a fork, which shares what this process holds without sending it.

    Python 3.14 sends it to a server by default, and what a source reads from need not be something that can be sent.
    """
    from multiprocessing import get_context

    return get_context("fork" if sys.platform == "linux" else None)


def _try_out(descriptors: int, threads: int) -> None:
    """Raise ``OSError`` or ``RuntimeError`` where the system has not so many to give.

    A pool that gets a part of what it needs keeps that for itself, or waits for the rest for ever.
    """
    opened: list[int] = []
    started: list[threading.Thread] = []
    is_over = threading.Event()
    try:
        for _ in range(descriptors):
            opened.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(threads):
            thread = threading.Thread(target=is_over.wait)
            thread.start()
            started.append(thread)
    finally:
        is_over.set()
        for thread in started:
            thread.join()
        for descriptor in opened:
            os.close(descriptor)


_is_interrupted = False


def _note_interrupt(number: int, frame: object) -> None:
    global _is_interrupted
    _is_interrupted = True


def _is_interrupt_ignored() -> bool:
    """Say whether whoever started this process wants no interrupt to end it, as shells do for what runs beside them."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def _raise_if_interrupted() -> None:
    if _is_interrupted:
        raise KeyboardInterrupt


@contextmanager
def _interrupts_noted() -> Iterator[None]:
    """Note interrupts in this process; in one that was started for the work ``_take`` sees to it."""
    global _is_interrupted
    if threading.current_thread() is not threading.main_thread() or _is_interrupt_ignored():  # where none is raised
        yield
        return
    _is_interrupted = False
    before = signal.signal(signal.SIGINT, _note_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# What a process of a pool works on: it is told once, and then only of numbers.
_taken: tuple[Job, Sequence[Source]] = Job(()), ()


def _take(job: Job, sources: Sequence[Source]) -> None:
    global _taken
    _taken = job, sources
    if not _is_interrupt_ignored():
        signal.signal(signal.SIGINT, _note_interrupt)
    with suppress(RuntimeError):  # where the system has no thread left it goes without
        threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, killed maybe: it would wait for work for ever."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _lint_chunk(numbers: range) -> list[Linted | None]:
    """Return what came of some inputs, None where there is nothing to say: most of it, which is soon sent.

    After an interrupt nobody asks for it any more.
    """
    job, sources = _taken
    linted = list(lint_sources(job, (sources[number] for number in numbers if not _is_interrupted)))
    if len(linted) < len(numbers):
        raise KeyboardInterrupt
    return [None if one == Linted(FileReport(one.report.path)) else one for one in linted]
