"""Finds out where libvirt refuses a domain, which it does not tell: parts are taken away, and the rest is asked.

First everything goes without which the refusal stays the same. What is left is a small domain, and each part of it has
to do with the refusal. Of these parts, those are the places without which, or with another value of which, the domain
is accepted. Then that fault is taken out, and libvirt is asked for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

from chanfix.named_tuple import NamedTuple
from chanfix.oracle.attempts import Attempts, EnoughError
from chanfix.oracle.driver import Driver
from chanfix.oracle.fault import OF_A_DEVICE, Fault, find_fault
from chanfix.oracle.machine import is_about_asking
from chanfix.oracle.parts import KINDS, SYSTEM, Piece
from chanfix.oracle.question import Question
from chanfix.oracle.verdict import Verdict
from chanfix.xml.edit import Edit

__all__ = ["Faults", "find_faults"]

# Of one document: so many questions, so many seconds, so many faults. One question may take a while after the last
# look at the clock.
_QUESTIONS = 300
_SECONDS = 1.6
_FAULTS = 10
_MACHINE = (*SYSTEM, "machine")
_FAMILIES = ("q35", "pc", "virt", "pseries", "s390-ccw-virtio")


class Faults(NamedTuple):
    """The faults of a domain in the order in which libvirt reports them; ``is_whole`` is False if there may be more."""

    found: tuple[Fault, ...]
    is_whole: bool


def find_faults(
    question: Question, first: Verdict, driver: Driver, *, questions: int = _QUESTIONS, seconds: float = _SECONDS
) -> Faults:
    """Return the faults of a domain whose first refusal is known, ten at most; none comes of the way it is asked."""
    attempts = Attempts(question, driver, questions=questions, seconds=seconds)
    found: list[Fault] = []
    verdict, is_whole = first, True
    try:
        while not verdict.is_accepted and not verdict.has_ended and len(found) < _FAULTS:
            fault, small = find_fault(attempts, verdict)
            if any(small.is_brought_by(other.place) for other in found):
                is_whole = False
                break
            earlier = next((other for other in found if _is_doubtful(fault, other)), None)
            if _is_known(fault, found):
                # What took it out of a smaller domain was too little.
                verdict = _without(attempts, fault.place)
            elif earlier is not None:
                # A fault of the same part may be there only because the first one was taken out.
                is_whole = False
                verdict = _without(attempts, earlier.place)
            elif is_about_asking(verdict, question):
                verdict = _without(attempts, fault.place)
            else:
                found.append(fault)
                verdict = _repaired(attempts, fault)
    except EnoughError:
        is_whole = False
    return Faults(tuple(found), is_whole=is_whole and verdict.is_accepted)


def _is_doubtful(fault: Fault, earlier: Fault) -> bool:
    """Return True if a fault is in the device, or the element, of an earlier one of which more than a value went."""
    if earlier.is_other_value:
        return False
    one, other = fault.place.device, earlier.place.device
    if one is not None or other is not None:
        return one == other
    node, around = fault.place.node, earlier.place.node
    # Where the root has lost an attribute, all else would be doubtful.
    return node in (around, around.parent) or (node.parent == around and around.parent is not None)


def _without(attempts: Attempts, piece: Piece) -> Verdict:
    """Take away the device that a part is in, or the element around it, and return what libvirt says of the rest."""
    whole = next((large for large in attempts.large if large.holds(piece)), piece)
    if whole.is_needed or any(edit.span == whole.cut for edit in attempts.repairs):
        raise EnoughError
    attempts.repairs.append(whole.removal())
    return attempts.ask([])


def _is_known(fault: Fault, found: Sequence[Fault]) -> bool:
    return any(fault.place.cut == other.place.cut and fault.verdict == other.verdict for other in found)


def _repaired(attempts: Attempts, fault: Fault) -> Verdict:
    """Take a fault out of the domain, and return what libvirt says of the rest.

    Raises ``EnoughError`` where there is no domain without that part.
    """
    place = fault.place
    if place.is_needed and fault.repair is None:
        raise EnoughError
    edit = fault.repair or _of_same_family(place) or place.removal()
    if place.attribute in KINDS and not fault.is_other_value:
        whole = next((large for large in attempts.large if place.is_inside(large)), None)
        is_own = len(place.path) == OF_A_DEVICE
        # Devices behind a controller need one that is left.
        if whole is not None and place.device is not None and (is_own or whole.name != "controller"):
            edit = whole.removal()
    attempts.repairs.append(edit)
    return attempts.ask([])


def _of_same_family(piece: Piece) -> Edit | None:
    """Return the edit that gives a domain the newest machine of the same family: without one it would be another."""
    if piece.path != _MACHINE:
        return None
    family = next((family for family in _FAMILIES if family in piece.value), "")
    return piece.with_value(family) if family and family != piece.value else None
