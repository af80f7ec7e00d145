"""The installed libvirt: what asking it costs, and what it takes to find the place of a refusal."""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles

from benchmarks import documents
from benchmarks.result import Result, Row
from benchmarks.timing import Cost
from chanfix.domain import domains_in
from chanfix.errors import HostError, InputError
from chanfix.oracle.driver import Driver
from chanfix.oracle.places import find_faults
from chanfix.oracle.question import Question, question_of
from chanfix.oracle.verdict import Verdict
from chanfix.template import read_document

__all__ = ["measure"]


def measure(folder: Path) -> Result:
    driver = Driver(os.environ["PATH"], str(folder / "qemu"))
    try:
        # QEMU says what it can do, which is kept, and the first answer is not measured.
        about = driver.about
        driver.close()
        cost, refused = _ask_all(driver)
        searched = [_search(driver, *one) for one in refused]
    except HostError as error:
        return Result((), notes=(f"No libvirt was asked: {error.message}.",))
    finally:
        driver.close()
    places = [seconds / number for seconds, number in searched]
    middle, most, all_ = (1000 * value for value in (median(places), quantiles(places, n=20)[-1], max(searched)[0]))
    return Result(
        (
            Row(
                f"{len(documents.documents())} documents, those of this machine's QEMU asked",
                str(cost),
                "",
                f"{cost.cpu:.2f} s of one core",
                "at most 4 s",
                cost.cpu <= 4,
            ),
            Row(
                f"the place of a refusal, in {len(refused)} documents",
                f"{middle:.0f} ms, 95 of 100 in {most:.0f} ms; a document with all its refusals {all_:.0f} ms at most",
                "",
                f"{middle:.0f} / {most:.0f} / {all_:.0f} ms",
                "at most 10 / 50 / 2000 ms",
                middle <= 10 and most <= 50 and all_ <= 2000,
            ),
        ),
        notes=(f"Asked was libvirt {about.libvirt} with QEMU {about.qemu}.",),
    )


def _ask_all(driver: Driver) -> tuple[Cost, list[tuple[Question, Verdict]]]:
    """Return what it takes to read and to ask all documents, both processes together, and the refusals."""
    refused = []
    started, before = time.perf_counter(), _processors()
    for data in documents.documents():
        with suppress(InputError):
            for domain in domains_in(read_document(data)):
                question = question_of(domain, driver)
                if isinstance(question, Question):
                    verdict = driver.ask(question.text())
                    if not verdict.is_accepted and not verdict.has_ended:
                        refused.append((question, verdict))
    driver.close()
    return Cost(time.perf_counter() - started, _processors() - before), refused


def _search(driver: Driver, question: Question, verdict: Verdict) -> tuple[float, int]:
    """Return the seconds that the search in a document takes, and how many refusals it finds."""
    started = time.perf_counter()
    faults = find_faults(question, verdict, driver)
    return time.perf_counter() - started, len(faults.found) or 1


def _processors() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
