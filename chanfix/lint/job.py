"""What a run does with its inputs, and what comes of each: values that can cross a process."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from typing import TYPE_CHECKING

from chanfix.domain.identity import Identity, Twin
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.finding import FileReport
from chanfix.lint.judge import Judge
from chanfix.lint.known.config import Config
from chanfix.lint.rule import Claim, RuleEntry
from chanfix.named_tuple import NamedTuple
from chanfix.xml.edit import Safety

if TYPE_CHECKING:
    from chanfix.domain.targets import Target
    from chanfix.lint.known.baseline import Baseline

__all__ = ["NOTHING_SHARED", "NO_OTHERS", "Job", "Linted", "Others"]


class Job(NamedTuple):
    """What a run does with each input; it can cross a process.

    ``version`` and ``qemu`` are those that the domains are for, or with ``targets`` the versions of each of these. With
    ``fixes``, texts are kept that have fixes of at least that safety, so that they are not read again. ``judge`` is an
    installed libvirt to ask as well. With ``heeds_comments`` false, comments suppress nothing.
    """

    rules: tuple[RuleEntry, ...]
    config: Config = Config()
    version: Version = NEWEST
    baseline: Baseline | None = None
    schema: str | None = None
    fixes: Safety | None = None
    qemu: Version | None = None
    targets: tuple[Target, ...] = ()
    judge: Judge | None = None
    heeds_comments: bool = True


class Linted(NamedTuple):
    """The result of one input: its report, what its domains bind, who they are, and its bytes if they are kept."""

    report: FileReport
    claims: tuple[Claim, ...] = ()
    data: bytes | None = None
    identities: tuple[Identity, ...] = ()


class Others(NamedTuple):
    """What other inputs of the run share with one: the sockets that they bind, and domains that are alike."""

    claims: Mapping[str, tuple[Claim, ...]] = {}
    twins: tuple[Twin, ...] = ()


NO_OTHERS = Others()
# For as many inputs as there are.
NOTHING_SHARED = repeat(NO_OTHERS)
