"""What the installed libvirt says of a text, as findings beside those of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from threading import Lock
from typing import TYPE_CHECKING

from chanfix.domain import Domain
from chanfix.errors import HostError
from chanfix.lint.draft import Draft
from chanfix.lint.error_texts import matches
from chanfix.lint.finding import Asked, Severity, Unasked
from chanfix.lint.judge import Judged
from chanfix.lint.rule import At, Part
from chanfix.lint.rules import by_name, load
from chanfix.lint.source import Text
from chanfix.oracle.driver import Driver
from chanfix.oracle.drops import dropped
from chanfix.oracle.fault import Fault
from chanfix.oracle.machine import compared, is_about_machine
from chanfix.oracle.parts import Piece
from chanfix.oracle.places import find_faults
from chanfix.oracle.question import Question, question_of
from chanfix.oracle.verdict import Verdict
from chanfix.secrets import MASK, find_secrets

if TYPE_CHECKING:
    from chanfix.domain.targets import Target

__all__ = ["InstalledLibvirt"]

_REFUSES = "libvirt-refuses"
_DROPS = "libvirt-drops"
_NOT_WHOLE = "not searched to the end: there may be more faults"
_LONGEST = 500
_SHORTEST_SECRET = 3


class InstalledLibvirt:
    """The judge that asks a driver. After a failure it asks no more, and says why."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._failure: HostError | None = None
        # Hosts are audited in several threads.
        self._asking = Lock()

    @property
    def asked(self) -> Asked:
        """The versions that are asked. Raises ``HostError`` when libvirt, its QEMU driver or QEMU is missing."""
        about = self._driver.about
        return Asked(about.libvirt, about.qemu)

    def close(self) -> None:
        """End the driver's process. The next question starts another one."""
        with self._asking:
            self._driver.close()

    def judge(self, text: Text, drafts: Sequence[Draft], rules: Set[str], targets: Sequence[Target] = ()) -> Judged:
        """Return the drafts about a text with libvirt's among them, in the order of the text."""
        if rules.isdisjoint((_REFUSES, _DROPS)):
            return Judged(drafts)
        if self._failure is not None:
            return Judged(drafts, Unasked(self._failure.message, is_failure=True))
        if len(text.domains) != 1:
            return Judged(drafts, Unasked("it holds several domains"))
        [domain] = text.domains
        try:
            with self._asking:
                question = question_of(domain, self._driver)
                if isinstance(question, str):
                    return Judged(drafts, Unasked(question))
                found = self._ask(domain, question, rules, targets)
        except HostError as error:
            self._failure = error
            return Judged(drafts, Unasked(error.message, is_failure=True))
        return Judged(_merged(drafts, found))

    def _ask(self, domain: Domain, question: Question, rules: Set[str], targets: Sequence[Target]) -> list[Draft]:
        verdict = self._driver.ask(question.text(), with_stored=_DROPS in rules)
        if verdict.stored is not None:
            return [self._drop(piece) for piece in dropped(question, verdict.stored, self._driver)]
        if verdict.is_accepted or _REFUSES not in rules:
            return []
        if verdict.has_ended:
            return [self._crash(domain, verdict)]
        faults = find_faults(question, verdict, self._driver)
        drafts = [self._refusal(question, fault, targets) for fault in faults.found]
        if drafts and not faults.is_whole:
            last = drafts[-1]
            drafts[-1] = last._replace(note=_joined(last.note, _NOT_WHOLE))
        return drafts

    def _refusal(self, question: Question, fault: Fault, targets: Sequence[Target]) -> Draft:
        version, here = self.asked.libvirt, is_about_machine(fault.verdict, question)
        words = _without_secrets(fault.verdict.message, question)[:_LONGEST]
        return Draft(
            f"{'on this machine ' if here else ''}libvirt {version} refuses this: {words}",
            fault.place.at,
            tuple(piece.at._replace(label="a part of the same fault") for piece in fault.related),
            severity=Severity.WARNING if here else Severity.ERROR,
            note=_joined(f"with QEMU {self.asked.qemu}", compared(fault.verdict, targets), *question.notes),
            rule=_REFUSES,
            is_refused=True,
        )

    def _crash(self, domain: Domain, verdict: Verdict) -> Draft:
        message = f"libvirt {self.asked.libvirt} crashes on this domain: {verdict.message}"
        return Draft(message, At(domain.node), severity=Severity.ERROR, rule=_REFUSES, is_refused=True)

    def _drop(self, piece: Piece) -> Draft:
        what = f"<{piece.name}>" if piece.is_element else f"the attribute '{piece.name}'"
        return Draft(
            f"libvirt {self.asked.libvirt} does not store {what}: it has no effect",
            piece.at if piece.is_element else At(piece.node, piece.attribute, part=Part.ATTRIBUTE),
            severity=Severity.WARNING,
            rule=_DROPS,
        )


def _merged(drafts: Sequence[Draft], found: Sequence[Draft]) -> list[Draft]:
    """Return all drafts in the order of the text. Where a rule has a finding of the same fault, it says more."""
    merged = list(drafts)
    for draft in found:
        same = next((number for is_same in _SAME for number in _numbers(merged, draft, is_same)), None)
        if same is None:
            merged.append(draft)
        else:
            known = merged[same]
            merged[same] = known._replace(
                note=_joined(known.note, draft.message), is_refused=known.is_refused or draft.is_refused
            )
    return sorted(merged, key=lambda draft: draft.at.span)


def _numbers(drafts: Sequence[Draft], libvirts: Draft, is_same: Callable[[Draft, Draft], bool]) -> Iterator[int]:
    """Yield the numbers of the rules' drafts that are of the same fault as one of libvirt's."""
    least = Severity.ERROR if libvirts.severity is Severity.ERROR else Severity.INFO
    for number, draft in enumerate(drafts):
        is_ours = draft.rule not in (_REFUSES, _DROPS) and (draft.severity or Severity.ERROR) >= least
        if is_ours and is_same(draft, libvirts):
            yield number


def _is_at_its_place(draft: Draft, libvirts: Draft) -> bool:
    return draft.at.span.overlaps(libvirts.at.span)


def _is_at_a_part(draft: Draft, libvirts: Draft) -> bool:
    """Return True if a draft is at one of several places that clash."""
    parts = (each.span for each in libvirts.related if isinstance(each, At))
    return any(draft.at.span.overlaps(part) for part in parts)


def _has_its_words(draft: Draft, libvirts: Draft) -> bool:
    """Return True if libvirt says what the draft's rule reports, wherever it stands."""
    rule = by_name(draft.rule)
    return rule is not None and any(matches(libvirts.message, words) for words in load(rule).words_of_refusals())


# The first that holds decides.
_SAME = (_is_at_its_place, _is_at_a_part, _has_its_words)


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _without_secrets(message: str, question: Question) -> str:
    """Return libvirt's words without the passwords of a document, which they may quote."""
    text = question.node.document.text(question.node.place.span)
    for start, end in find_secrets(text):
        if end - start >= _SHORTEST_SECRET:
            message = message.replace(text[start:end], MASK)
    return message
