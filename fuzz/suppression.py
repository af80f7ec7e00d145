"""``chanfix.lint.suppress``: comments hide findings and make none; in a domain that has something wrong in it."""

from __future__ import annotations

from collections import Counter

from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rules import RULES
from chanfix.xml.document import Document
from fuzz.invariants import accepted, check_lint, run_on

__all__ = ["try_one"]

# A vertical bar is where a comment goes, or whatever an input has made of it.
_DOMAIN = b"""|
<domain type='kvm' id='7'> |
  <name>web</name> |
  |<devices>|
    <channel type='pty'>|
      <target type='virtio' name='org.qemu.guest_agent.0'/> |
      <!-- one --> | <alias name='channel0'/>|
    </channel>|<controller type='virtio-serial' index='0' ports='0'/>
    |
  </devices>
</domain>|
"""
_ITSELF = "unused-suppression"
_RULES = chosen_rules(Config())
assert {_ITSELF} <= {rule.name for rule in RULES}


def try_one(data: bytes) -> None:
    """Put the parts of an input, which NUL separates, into a domain: each in a comment, or with '<' as it stands."""
    parts = [part if part.startswith(b"<") else b"<!--" + _inner(part) + b"-->" for part in data.split(b"\0")]
    text = b"".join(_shuffle(_DOMAIN.split(b"|"), parts))
    check_lint(text)
    if (document := accepted(text)) is not None and not document.others and document.mask is None:
        _check_counts(document)


def _inner(part: bytes) -> bytes:
    return part.replace(b"--", b"- ").removesuffix(b"-")


def _shuffle(pieces: list[bytes], parts: list[bytes]) -> list[bytes]:
    filled = [piece + part for piece, part in zip(pieces[:-1], parts, strict=False)]
    return [*filled, *pieces[len(filled) :]]


def _check_counts(document: Document) -> None:
    """See that each finding of the text without its comments is there, or is one of those that were hidden."""
    bare = document.data
    for comment in reversed(document.comments):
        if b"chanfix:" in bare[comment.start : comment.end]:
            bare = bare[: comment.start + 4] + b" " * (comment.end - comment.start - 7) + bare[comment.end - 3 :]
    if (plain := accepted(bare)) is None or plain.others or plain.mask is not None:
        return  # With the comments went what kept the text from being a template.
    [report], [without] = run_on(document.data).reports, run_on(bare).reports
    kept, all_of_them = (
        Counter(finding.rule for finding in one.findings if finding.rule != _ITSELF) for one in (report, without)
    )
    assert kept <= all_of_them, "a comment makes findings"
    hidden = (all_of_them - kept).total()
    assert hidden <= report.suppressed, "a finding is gone and not counted"
