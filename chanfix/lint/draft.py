"""A finding as a rule yields it, with places that are nodes; and the facts that a rule is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from chanfix.domain.path.sockets import Claim
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.finding import Severity
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.edit import Fix
from chanfix.xml.place import Place
from chanfix.xml.span import Span

if TYPE_CHECKING:
    from chanfix.domain import Domain
    from chanfix.domain.identity import Shared, Twin
    from chanfix.domain.targets import Target

__all__ = ["At", "Draft", "Drafts", "Facts", "Hidden", "Part"]


class Part(Enum):
    """Which bytes of a node a finding points at."""

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

    A rule leaves ``rule``, ``targets`` and ``is_refused`` out, which ``Finding`` describes, and mostly ``severity``.
    Related places in other files are ready.
    """

    message: str
    at: At
    related: tuple[At | Place, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None
    note: str = ""
    rule: str = ""
    targets: tuple[str, ...] = ()
    is_refused: bool = False

    @property
    def identity(self) -> tuple[str, Span, str]:
        """Two drafts that agree in this are the same finding, as in two readings of one text."""
        return self.rule, self.at.span, self.message


Drafts: TypeAlias = Iterator[Draft]


class Hidden(NamedTuple):
    """The drafts that are kept, in the order of the text, and those that are hidden."""

    kept: Sequence[Draft]
    hidden: Sequence[Draft] = ()


class Facts(NamedTuple):
    """What a rule may know beyond the document.

    ``version`` is the libvirt that the domain is for; ``claims`` are the sockets that *other* documents of the run
    bind, by ``Claim.socket``; ``schema`` is the path of libvirt's own, None where none was named. With
    ``is_running`` the domain is judged as one that runs, whose live state is right. ``valid`` says of domains
    whether the schema accepts them, None for one that is too large; it is asked about those that are not there.

    ``qemu`` is the QEMU that the domain is for, None where nobody named one. ``target`` is the release that it is for;
    with ``targets`` the rules that depend on the target are asked once for each (see ``chanfix.lint.on_targets``).

    ``twins`` are domains in *other* documents of the run that have a name, a UUID or a MAC address of this document's.
    """

    version: Version = NEWEST
    claims: Mapping[str, tuple[Claim, ...]] = {}
    schema: str | None = None
    is_running: bool = False
    valid: Mapping[Node, bool | None] = {}
    qemu: Version | None = None
    target: Target | None = None
    targets: tuple[Target, ...] = ()
    twins: tuple[Twin, ...] = ()

    @property
    def is_for_any_libvirt(self) -> bool:
        """Return True if nobody named a target or an older version: the newest stands for all that may be asked."""
        return self.target is None and self.version == NEWEST

    def on(self, target: Target) -> Facts:
        """Return the facts for one target."""
        return self._replace(version=target.libvirt, qemu=target.qemu, target=target, targets=())

    def twins_of(self, domain: Domain, *shared: Shared) -> list[Twin]:
        """Return the twins of one domain that have one of these in common with it."""
        return [twin for twin in self.twins if twin.shared in shared and twin.is_of(domain)]

    def on_none(self) -> Facts:
        """Return the facts for nobody's libvirt and QEMU: those of today."""
        return self._replace(version=NEWEST, qemu=None, target=None, targets=())
