"""A question to the installed libvirt that a user has put, and the one sentence that answers it beside the findings."""

from __future__ import annotations

from collections.abc import Sequence, Set

from chanfix.domain.targets import Target
from chanfix.lint.draft import Draft
from chanfix.lint.finding import Asked
from chanfix.lint.judge import Judge, Judged
from chanfix.lint.rules import ASKED
from chanfix.lint.source import Text
from chanfix.words import plural

__all__ = ["Listener"]


class Listener:
    """A judge that passes all on to another one, and remembers if that was asked and what came of it."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._reasons: dict[str, None] = {}
        self._answers = 0

    @property
    def asked(self) -> Asked:
        """The versions that are asked."""
        return self._judge.asked

    def judge(self, text: Text, drafts: Sequence[Draft], rules: Set[str], targets: Sequence[Target] = ()) -> Judged:
        """Return what the judge makes of a text."""
        judged = self._judge.judge(text, drafts, rules, targets)
        if ASKED.isdisjoint(rules):
            self._reasons[f"the rules {' and '.join(sorted(ASKED))} are turned off"] = None
        elif judged.unasked is not None:
            self._reasons[judged.unasked.reason] = None
        else:
            self._answers += 1
        return judged

    @property
    def has_answer(self) -> bool:
        """Return True if libvirt was asked at least once."""
        return self._answers > 0

    def summary(self, findings: int) -> str:
        """Return what came of it; ``findings`` is the number of those that libvirt has made."""
        reasons = "; ".join(self._reasons)
        if not self._answers:
            return f"libvirt was not asked: {reasons or 'nothing here is linted as a domain'}"
        says = plural(findings, "finding") if findings else "nothing is refused, and nothing is dropped"
        rest = f"; not asked about all of it: {reasons}" if reasons else ""
        return f"libvirt {self.asked.libvirt} with QEMU {self.asked.qemu}: {says}{rest}"
