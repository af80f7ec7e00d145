"""What a rule is made of: a severity, its examples, and one method for each kind of part that it looks at.

The module's docstring is the rule's page. Name, summary, family, fixability and levels are derived from the file by
``scripts/docs``, which writes them into ``chanfix/lint/rules/index.py``.
"""

from __future__ import annotations

from collections.abc import Sized
from enum import Enum
from typing import ClassVar

from chanfix.domain import (
    AGENT_NAME,
    QEMU_NAMESPACE,
    Channel,
    CommandlinePort,
    Controller,
    Domain,
    agent_number,
    guess_agent_name,
    is_templated,
)
from chanfix.domain.path.sockets import Claim
from chanfix.domain.versions import Version
from chanfix.domain.virtio_serial import Port
from chanfix.lint.draft import At, Draft, Drafts, Facts, Part
from chanfix.lint.finding import Severity
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = [
    "AGENT_CHANNEL",
    "AGENT_NAME",
    "ERROR",
    "INFO",
    "QEMU_NAMESPACE",
    "WARNING",
    "At",
    "Bad",
    "Channel",
    "Claim",
    "CommandlinePort",
    "Controller",
    "Domain",
    "Draft",
    "Drafts",
    "Edit",
    "Facts",
    "Fix",
    "Fixable",
    "Good",
    "Node",
    "Part",
    "Port",
    "Rule",
    "RuleEntry",
    "Safety",
    "Severity",
    "Span",
    "Version",
    "agent_number",
    "and_more",
    "guess_agent_name",
    "is_templated",
    "safe",
    "unsafe",
    "whole_document",
]

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# For examples: the channel as it should be.
AGENT_CHANNEL = """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""


class Fixable(Enum):
    """How often a rule offers a fix that can be applied."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


class Good(NamedTuple):
    """Text that must be silent: a whole ``<domain>``, or devices of one; ``beside`` is an earlier file of the run."""

    xml: str
    version: str | None = None
    target: str | None = None
    beside: str = ""


class Bad(NamedTuple):
    """Text with exactly one finding of the rule: ``at`` is the text that it points at.

    ``fixed`` is the text after the fix, unsafe ones included; None when there is no fix. It is for a version of libvirt
    or for a target, where one is given; ``beside`` is the text of an earlier file of the run.
    """

    xml: str
    at: str
    fixed: str | None = None
    version: str | None = None
    target: str | None = None
    beside: str = ""


class Rule:
    """One rule. Each public method is a level: ``chanfix.lint.asking`` calls it once for each such part of a domain.

    ``domain(self, domain, facts)`` is called once. All others take a part, the domain and the facts: ``channel``,
    ``agent_channel``, ``console``, ``port`` (an address on virtio-serial), ``path`` (an explicit path, see
    ``PathRule``), ``controller`` (for virtio-serial); any other name is the tag of a device, whose part is the element.
    ``channels``, ``ports``, ``controllers``, ``commandline_ports`` and ``unknown_names`` are called once with all of
    them, if there are.
    A rule whose findings are not about one domain has no level: they are made before or after the rules are asked.
    """

    severity: ClassVar[Severity]
    examples: ClassVar[tuple[Good | Bad, ...]]
    # The version of chanfix that had it first.
    since: ClassVar[str] = "0.1.0"
    on_by_default: ClassVar[bool] = True
    # True if it has nothing to say without ``Facts.schema``.
    needs_schema: ClassVar[bool] = False
    # True if its findings are what an installed libvirt says that is asked.
    asks_libvirt: ClassVar[bool] = False
    # True if it reports what libvirt writes of a running domain, or into its own files: wrong in a definition only.
    about_live_state: ClassVar[bool] = False
    # More telling rules: where one of them has a finding at the same place, this one has none.
    yields_to: ClassVar[tuple[str, ...]] = ()
    # The first and the last libvirt in which its claim was seen to be true, where it is not true in all of them: it is
    # not asked about others. Where that is so of a part of the rule, the rule asks ``Facts.version``.
    libvirt_since: ClassVar[Version | None] = None
    libvirt_until: ClassVar[Version | None] = None
    # The words in which libvirt or QEMU refuses what it reports; ``*`` stands for what varies. ``explain`` knows them.
    refusals: ClassVar[tuple[str, ...]] = ()
    # False if other files decide: then silence in a run over one file proves nothing.
    is_local: ClassVar[bool] = True
    # True if it asks the facts for the version, the QEMU or the target: then it is asked for each target.
    about_targets: ClassVar[bool] = False
    # It is asked only about a text with one of these words, as ``Document.words`` cuts them. What does not start as a
    # word, such as ``<address``, is any part of the text.
    only_if_text_has: ClassVar[tuple[bytes, ...]] = ()

    def words_of_refusals(self) -> tuple[str, ...]:
        """Return ``refusals``, or what a rule that has them elsewhere reads when they are asked for."""
        return self.refusals

    @staticmethod
    def finding(
        message: str,
        at: At | Span,
        *related: At | Place,
        fix: Fix | None = None,
        severity: Severity | None = None,
        note: str = "",
    ) -> Draft:
        """Return a finding: the fact, its place, the related places, and the fix.

        ``severity`` is for the few findings that are worse or better than their rule, ``note`` for further facts.
        """
        return Draft(message, at if isinstance(at, At) else At.bytes(at), related, fix, severity, note)


class RuleEntry(NamedTuple):
    """The facts about a rule that can be known without its module. ``scripts/docs`` writes one for each rule."""

    name: str
    family: str
    summary: str
    severity: Severity
    fixable: Fixable
    levels: tuple[str, ...] = ()
    since: str = Rule.since
    on_by_default: bool = Rule.on_by_default
    needs_schema: bool = Rule.needs_schema
    asks_libvirt: bool = Rule.asks_libvirt
    about_live_state: bool = Rule.about_live_state
    yields_to: tuple[str, ...] = Rule.yields_to
    libvirt_since: Version | None = Rule.libvirt_since
    libvirt_until: Version | None = Rule.libvirt_until
    is_local: bool = Rule.is_local
    about_targets: bool = Rule.about_targets
    only_if_text_has: tuple[bytes, ...] = Rule.only_if_text_has

    def holds_in(self, version: Version) -> bool:
        """Return True if what the rule says is true of that version of libvirt."""
        return (self.libvirt_since or version) <= version <= (self.libvirt_until or version)


# There is one entry for each rule, and each text asks for things that are kept by all of them: fields are not compared,
# and a method written here would take twenty times as long as this one.
RuleEntry.__eq__ = object.__eq__  # type: ignore[method-assign]
RuleEntry.__hash__ = object.__hash__  # type: ignore[method-assign]


def and_more(first: str, others: Sized) -> str:
    """Return the first of several as the subject of a sentence: ``the alias 'a' and 3 more``."""
    return f"{first} and {len(others)} more" if others else first


def safe(title: str, *edits: Edit) -> Fix:
    """Return a safe fix of edits that land together; ``title`` is an imperative sentence."""
    return Fix(title, Safety.SAFE, tuple(sorted(set(edits))))


def unsafe(title: str, *edits: Edit) -> Fix:
    """Return a fix that changes the guest's devices."""
    return safe(title, *edits)._replace(safety=Safety.UNSAFE)


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
