"""What a rule is made of: its facts as class attributes, its examples, and one generator."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import ClassVar, NamedTuple

from chanfix.domain import Domain
from chanfix.domain.path.sockets import Claim
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.finding import Severity
from chanfix.xml.document import Node
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = [
    "COMMENT",
    "At",
    "Bad",
    "Claim",
    "Draft",
    "Edit",
    "Facts",
    "Fix",
    "Fixable",
    "Good",
    "MadeByEngine",
    "Node",
    "Part",
    "Rule",
    "Safety",
    "whole_document",
]


# For ``Rule.words`` of a rule about comments: what each of them has. One byte alone is found much sooner than four.
COMMENT = (b"!",)


class Part(Enum):
    """Which bytes of a node a finding points at."""

    START_TAG = "start tag"
    ELEMENT = "element"
    TEXT = "text"
    VALUE = "value"
    ATTRIBUTE = "attribute"
    NAME = "name"


class At(NamedTuple):
    """A place: a part of a node, or the bytes ``written`` where no node has them (``At.bytes``).

    With ``attribute`` it is that attribute's value, or the start tag when the attribute is not there.
    """

    node: Node | None
    attribute: str | None = None
    label: str = ""
    part: Part | None = None
    written: Span = Span(0, 0)

    @classmethod
    def bytes(cls, written: Span) -> At:
        """Return a place that no node has: in a comment, or in a text without a tree."""
        return cls(None, written=written)

    @property
    def span(self) -> Span:
        """The bytes of the place."""
        if self.node is None:
            return self.written
        element = self.node.place
        if self.attribute is not None and (attribute := self.node.attribute_place(self.attribute)):
            if self.part is Part.NAME:
                return Span(attribute.span.start, attribute.span.start + len(attribute.name))
            return attribute.span if self.part is Part.ATTRIBUTE else attribute.value
        if self.part is Part.ELEMENT:
            return element.span
        if self.part is Part.TEXT and not element.is_self_closing:
            return element.content
        return element.start_tag


class Draft(NamedTuple):
    """A finding before it has positions: its places are parts of nodes.

    A rule leaves ``rule`` and ``severity`` out. Related places in other files are ready.
    """

    message: str
    at: At
    related: tuple[At | Place, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None
    note: str = ""
    rule: str = ""

    @property
    def identity(self) -> tuple[str, Span, str]:
        """Two drafts that agree in this are the same finding, as in two readings of one text."""
        return self.rule, self.at.span, self.message


class Facts(NamedTuple):
    """What a rule may know beyond the document.

    ``version`` is the libvirt that the domain is for; ``claims`` are the sockets that *other* documents of the run
    bind, by ``Claim.socket``; ``schema`` is the path of libvirt's own, None where it is not installed. With
    ``is_running`` the domain is judged as one that runs, whose live state is right. ``valid`` says of domains
    whether the schema accepts them, None for one that is too large; it is asked about those that are not there.
    """

    version: Version = NEWEST
    claims: Mapping[str, tuple[Claim, ...]] = {}
    schema: str | None = None
    is_running: bool = False
    valid: Mapping[Node, bool | None] = {}


class Fixable(Enum):
    """How often a rule offers a fix that can be applied."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


class Good(NamedTuple):
    """Text that must be silent: a whole ``<domain>``, or devices of one."""

    xml: str
    version: str | None = None


class Bad(NamedTuple):
    """Text with exactly one finding of the rule: ``at`` is the text that it points at.

    ``fixed`` is the text after the fix, unsafe ones included; None when there is no fix.
    """

    xml: str
    at: str
    fixed: str | None = None
    version: str | None = None


class Rule(ABC):
    """One rule. The module's docstring is its page."""

    name: ClassVar[str]
    summary: ClassVar[str]
    severity: ClassVar[Severity]
    fixable: ClassVar[Fixable]
    since: ClassVar[str]
    examples: ClassVar[tuple[Good | Bad, ...]]
    # It has nothing to say where none of these is in ``Domain.kinds``; None when it may have.
    devices: ClassVar[tuple[str, ...] | None] = None
    # It has nothing to say of a text without any of these; none when it may have. For rules about what is rare, and for
    # names of elements and attributes: in values, letters may be written as references.
    words: ClassVar[tuple[bytes, ...]] = ()
    on_by_default: ClassVar[bool] = True
    # Whether it says nothing without ``Facts.schema``.
    needs_schema: ClassVar[bool] = False
    # Whether it reports what libvirt writes by itself of a domain that runs, or at the top of its own files: that is
    # wrong in a definition only.
    about_live_state: ClassVar[bool] = False
    # At the place of a finding of one of these rules, which says more, it says nothing.
    yields_to: ClassVar[tuple[str, ...]] = ()
    # Whether one document tells all; otherwise silence in a run over one file proves nothing.
    is_local: ClassVar[bool] = True

    @property
    def page(self) -> str:
        """The manual page: the docstring of the rule's module."""
        return (sys.modules[type(self).__module__].__doc__ or "").strip()

    @abstractmethod
    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield what is wrong."""

    @staticmethod
    def finding(
        message: str,
        at: At | Span,
        *related: At | Place,
        fix: Fix | None = None,
        severity: Severity | None = None,
        note: str = "",
    ) -> Draft:
        """Make a finding: the fact, where, places that belong to it, and what would mend it.

        ``severity`` is for the few findings that are worse or better than their rule, ``note`` for what else to know.
        """
        return Draft(message, at if isinstance(at, At) else At.bytes(at), related, fix, severity, note)

    @staticmethod
    def fix(title: str, safety: Safety, *edits: Edit) -> Fix:
        """Make a fix of edits that land together; ``title`` is an imperative sentence."""
        return Fix(title, safety, tuple(sorted(set(edits))))


class MadeByEngine(Rule):
    """A rule whose findings do not come of one domain: the engine makes them before or after the other rules run."""

    devices = ()

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield nothing."""
        yield from ()


def whole_document(example: str) -> str:
    """Return an example as a document: devices are put into a small domain, anything with a root stays."""
    if "<domain" in example or example.lstrip("\ufeff").startswith(("<?xml", "<!DOCTYPE")):
        return example
    return _DOMAIN.format(devices="".join(f"    {line}" if line.strip() else line for line in example.splitlines(True)))


_DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
{devices}\
  </devices>
</domain>
"""
