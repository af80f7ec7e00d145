"""What is wished for, and the plan that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from chanfix.domain import AGENT_NAME, Channel, Domain, place_of
from chanfix.domain.element import check_path, check_port
from chanfix.domain.path.fixes import bind_at
from chanfix.domain.path.generated import is_dropped
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import InputError
from chanfix.lint.check import check_domain
from chanfix.lint.finding import Severity
from chanfix.lint.resolve import resolve
from chanfix.lint.rule import Draft, Facts, RuleEntry
from chanfix.lint.rules import RULES
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit
from chanfix.xml.patch import apply_edits

__all__ = [
    "Plan",
    "Verb",
    "Wish",
    "channels_of",
    "edited",
    "notes_on_running",
    "ports_named",
    "refuse_new_findings",
    "rules_for",
    "serious_drafts",
    "with_agent",
    "with_path",
    "with_path_on_each",
    "workable",
]

# The rules about channels and what carries them: no edit of a channel brings a finding of another one.
_FAMILIES = frozenset({"agent", "path", "virtio-serial"})
_OF_OTHER_FAMILIES = frozenset({"channel-schema", "live-alias", "live-channel-state", "live-pty"})
# What a rule looks at that has no say in how several devices go together.
_DEVICES_ALONE = frozenset({"agent_channel", "channel", "console", "controller", "parallel", "path", "serial"})
# What these say of a path is no news to somebody who asks for it.
_OF_A_PATHS_PLACE = frozenset({"path-exposed", "path-hardcoded", "path-in-libvirt-dir", "path-other-domain"})


class Wish(NamedTuple):
    """What the user asked for. ``port`` None: the command's default; ``path`` None: libvirt makes one."""

    port: str | None = None
    path: str | None = None
    version: Version = NEWEST

    def for_version(self, version: Version) -> Wish:
        """Return the same wish for a domain of another libvirt."""
        return self._replace(version=version)


class Verb(Enum):
    """What a plan does, with its past."""

    ADD = "added"
    REPAIR = "repaired"
    RENAME = "renamed"
    REMOVE = "removed"
    KEEP = "kept"

    @property
    def infinitive(self) -> str:
        """The verb for what would be done."""
        return self.name.lower()


class Plan(NamedTuple):
    """New bytes for a document, and what they mean.

    ``steps`` are the repairs in the plan, ``notes`` what the user should know; both are for people. ``port`` is the
    name of the channel that it is about, and ``replaces`` one that is not to be there any more.
    """

    document: Document
    data: bytes
    verb: Verb
    what: str
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    port: str = AGENT_NAME
    replaces: str | None = None

    @property
    def is_change(self) -> bool:
        """Return True if any byte changes."""
        return self.data != self.document.data


def workable(document: Document, wish: Wish) -> Domain:
    """Return the domain of a document that we may edit. Raises ``InputError`` with the reason where we may not."""
    if wish.port is not None:
        check_port(wish.port)
    if wish.path is not None:
        check_path(wish.path)
    domain = with_agent(document, wish.version)
    if not document.is_editable:
        hint = "convert it first, as with iconv -f UTF-16 -t UTF-8, and declare encoding='UTF-8'"
        raise InputError(
            "the document's encoding cannot be edited byte for byte", hint=hint, position=place_of(domain.node)
        )
    return domain


def with_agent(document: Document, version: Version) -> Domain:
    """Return the domain of a document. Raises ``InputError`` where it can have no guest agent channel."""
    domain = Domain.of(document)
    if not domain.talks_to_agent(version):
        raise InputError(
            f"the domain is of type '{domain.type}'; libvirt {version} talks to no guest agent there",
            hint="for QEMU and KVM the type is 'qemu' or 'kvm'",
            position=place_of(domain.node),
        )
    if domain.node.child("devices") is None:
        hint = "a channel is a device; put <devices></devices> into the domain first"
        raise InputError("the domain has no <devices>", hint=hint, position=place_of(domain.node))
    return domain


def refuse_new_findings(document: Document, data: bytes, wish: Wish, *, is_usual: bool = False) -> None:
    """Refuse new bytes that have a finding which the document has not.

    With ``is_usual`` the only news is the agent's channel as chanfix always writes it, which has no fault of its own:
    rules that look at devices one by one are not asked then. Raises ``InputError`` with the finding's own sentence and
    place in the *new* text.
    """
    rules = rules_for(wish)
    if is_usual:
        rules = [rule for rule in rules if not _DEVICES_ALONE.issuperset(rule.levels)]
    result = document.reread(data)
    after = _serious(Domain.of(result), wish, rules)
    if not after:
        return
    before = Counter(draft.rule for draft in _serious(Domain.of(document), wish, rules))
    for finding in resolve(after, result):
        if before[finding.rule] == 0:
            raise InputError(
                f"not done, since it would bring: {finding.message} [{finding.rule}]",
                hint=f"chanfix explain {finding.rule}",
                position=finding.place.start,
            )
        before[finding.rule] -= 1


def notes_on_running(domain: Domain) -> tuple[str, ...]:
    """Return the note that a changed text is a running domain's; none for a definition."""
    if not domain.is_running:
        return ()
    number = domain.node.get("id")
    return (f"the text is that of a running domain (id {number}); 'virsh dumpxml --inactive' shows its definition",)


def rules_for(wish: Wish) -> list[RuleEntry]:
    """Return the rules on channels that are on by default, but for where a path should be if the user asks for one."""
    own = _OF_A_PATHS_PLACE if wish.path is not None else frozenset()
    return [
        rule
        for rule in RULES
        if rule.on_by_default and (rule.family in _FAMILIES or rule.name in _OF_OTHER_FAMILIES) and rule.name not in own
    ]


def serious_drafts(domain: Domain, wish: Wish) -> list[Draft]:
    """Return the errors and warnings about a domain. In the text of a running domain its live state is right."""
    return _serious(domain, wish, rules_for(wish))


def _serious(domain: Domain, wish: Wish, rules: Sequence[RuleEntry]) -> list[Draft]:
    drafts = check_domain(domain, rules, Facts(version=wish.version, is_running=domain.is_running))
    return [draft for draft in drafts if draft.severity and draft.severity >= Severity.WARNING]


def channels_of(document: Document) -> list[Channel]:
    """Return the channels of all readings of a document, each once."""
    channels = {channel.node.place.span: channel for each in document.readings for channel in Domain.of(each).channels}
    return [channels[span] for span in sorted(channels)]


def ports_named(document: Document, name: str) -> list[Channel]:
    """Return the virtio channels of all readings whose port has exactly that name."""
    return [channel for channel in channels_of(document) if channel.is_virtio and channel.name == name]


def edited(document: Document, edits: Iterable[Edit]) -> bytes:
    """Return a text with edits made. Raises ``InputError`` for one that would change a construct of a template."""
    edits = list(edits)
    for edit in edits:
        # What one reading hides another shows; a construct is a hole in all of them.
        holes = min((each.holes_in(edit.span) for each in document.readings), key=len)
        if holes:
            raise InputError(
                f"'{document.text(holes[0].span)}' is the template's; chanfix does not change it",
                hint="change it by hand",
                position=document.position(holes[0].span.start),
            )
    return apply_edits(document.data, edits)


def with_path_on_each(document: Document, port: str, wish: Wish) -> Document:
    """Return the document with the path that is asked for on each channel of a port: one may stand in each arm.

    Raises ``InputError`` as ``with_path`` does.
    """
    if wish.path is not None:
        for number in range(len(ports_named(document, port))):
            document = document.reread(with_path(ports_named(document, port)[number], wish))
    return document


def with_path(channel: Channel, wish: Wish) -> bytes:
    """Return the document with the path that is wished for, if one is, on a channel, which QEMU is to bind.

    Raises ``InputError`` where that path would come to nothing.
    """
    document, path = channel.node.document, wish.path
    if path is None or (channel.path, channel.mode) == (path, "bind"):
        return document.data
    if channel.type != "unix" or channel.target is None:
        raise InputError(
            f"the channel '{channel.name}' is of type '{channel.type or 'pty'}', which has no socket to give a path",
            hint="chanfix add makes the agent's channel a Unix socket",
            position=place_of(channel.node),
        )
    data = edited(document, bind_at(channel, channel.target, path))
    result = next(port for port in ports_named(document.reread(data), channel.name or "") if port.path == path)
    if is_dropped(result, wish.version):
        raise InputError(
            f"libvirt {wish.version} takes '{path}' for a path of its own making and drops it",
            hint="choose one outside of its channel directory, as /var/lib/libvirt/qemu/NAME.agent",
            position=place_of(channel.node),
        )
    return data
