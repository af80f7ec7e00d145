"""What is asked about a text beside the rules: an installed libvirt. The code that asks it is above lint."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Protocol

from chanfix.lint.finding import Asked, Unasked
from chanfix.named_tuple import NamedTuple

if TYPE_CHECKING:
    from chanfix.domain.targets import Target
    from chanfix.lint.draft import Draft
    from chanfix.lint.source import Text

__all__ = ["Judge", "Judged"]


class Judged(NamedTuple):
    """The drafts about a text with those of the judge among them, or the reason why it was not asked."""

    drafts: Sequence[Draft]
    unasked: Unasked | None = None


class Judge(Protocol):
    """An installed libvirt."""

    @property
    def asked(self) -> Asked:
        """The versions that are asked. Raises ``HostError`` when there is nothing to ask."""

    def judge(self, text: Text, drafts: Sequence[Draft], rules: Set[str], targets: Sequence[Target] = ()) -> Judged:
        """Return what the judge makes of a text and the drafts of the rules; ``rules`` names those that are run.

        What only this machine lacks is compared with the facts of ``targets``.
        """
