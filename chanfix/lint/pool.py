"""Lints many inputs in several processes. Of N processes, each lints every Nth chunk and has a pipe for its results.

There is no thread and no lock in it that could be missing or stay locked: what the system does not give shows when a
process starts, and a process that ends closes its pipe.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeAlias

from chanfix.errors import InternalError
from chanfix.lint.file import lint_sources
from chanfix.lint.finding import FileReport
from chanfix.lint.job import NOTHING_SHARED, Job, Linted, Others
from chanfix.lint.source import Source
from chanfix.named_tuple import NamedTuple

__all__ = ["lint_in_processes"]

# The inputs of a chunk at the most; and the chunks of each process at the least, so that none waits long for the last.
_LARGEST = 256
_CHUNKS = 8
# The descriptors that a process takes here, at the most, and that it needs itself.
_DESCRIPTORS = 6
_Chunk: TypeAlias = Sequence[tuple[Source, Others]]


def lint_in_processes(
    job: Job,
    sources: Sequence[Source],
    processes: int,
    tell: Callable[[str], None] = lambda text: None,
    others: Iterable[Others] = NOTHING_SHARED,
) -> Iterator[Linted]:
    """Yield the results of inputs, in their order; ``others`` is what the run's other inputs share with each.

    Where the system does not give so many processes, ``tell`` is called with the reason, and this one does all the
    work. Raises ``InternalError`` when one of them is killed.
    """
    size = max(1, min(_LARGEST, len(sources) // (_CHUNKS * processes)))
    shared = list(zip(sources, others, strict=False))
    chunks = [shared[start : start + size] for start in range(0, len(shared), size)]
    workers: list[_Worker] = []
    try:
        _try_out(_DESCRIPTORS * (processes + 2))
        for number in range(min(processes, len(chunks))):
            workers.append(_start(job, chunks[number::processes]))
    except OSError as error:
        _end(workers)
        tell(f"all in one process, for no other can be started: {error.strerror or error}")
        yield from lint_sources(job, *zip(*shared, strict=True))
        return
    try:
        for number, chunk in enumerate(chunks):
            results = workers[number % processes].results.recv()
            for (source, _), linted in zip(chunk, results, strict=True):
                yield linted or Linted(FileReport(source.name))
    except EOFError:
        raise InternalError("a process that was linting files has ended before its time") from None
    finally:
        _end(workers)


def _try_out(descriptors: int) -> None:
    """Raise ``OSError`` if the system does not give so many: a process that gets only some can lint nothing."""
    with ExitStack() as opened:
        for _ in range(descriptors):
            opened.enter_context(open(os.devnull, "rb"))


class _Worker(NamedTuple):
    """A process, and the end of the pipe that its results come from."""

    process: BaseProcess
    results: Connection


def _start(job: Job, chunks: Sequence[_Chunk]) -> _Worker:
    # On Linux by a fork, which shares what this process holds: the reader of a source need not be something to send.
    context = get_context("fork" if sys.platform == "linux" else None)
    ours, theirs = context.Pipe(duplex=False)
    with theirs:
        process = context.Process(target=_lint, args=(job, chunks, ours, theirs), daemon=True)
        process.start()
    return _Worker(process, ours)


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.kill()
    for worker in workers:
        worker.process.join()
        worker.process.close()
        worker.results.close()


def _lint(job: Job, chunks: Sequence[_Chunk], ours: Connection, theirs: Connection) -> None:
    """Send the results of chunks. An input without findings is sent as None: most are, and it is small."""
    # An interrupt reaches the first process as well, and that one ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # So that writing fails when the first process is gone.
    ours.close()
    for chunk in chunks:
        found = lint_sources(job, *zip(*chunk, strict=True))
        linted = [None if one == Linted(FileReport(one.report.path)) else one for one in found]
        try:
            theirs.send(linted)
        except OSError:
            return
