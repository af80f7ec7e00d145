"""The values in a text that is nearly XML: where they stand, and which of them are never free text.

A finder of placeholders asks before there is a tree: what it finds may be the reason why there is none. What libvirt
does with an element is no matter here, only what a value of it can look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["Freedom", "Value", "values_in"]

_TOKEN = re.compile(
    rb"""(?sx)
    (?P<comment><!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?(?!=).*?\?>)
    | </(?P<end>[^\s<>]*)[^<>]*>
    | <(?P<start>[A-Za-z_][\w:.-]*)(?P<inside>(?>(?:[^<>"']+|"[^"]*"|'[^']*')*))>
    """
)
_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++(?P<name>[\w:.-]+)\s*+=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
_ASIDE = re.compile(rb"<!--|<!\[CDATA\[|<\?(?!=)")
# Of tags that never end: each costs a look at all that follows.
_MOST_FAULTS = 20

# Elements and attributes whose values are numbers, names from a list, UUIDs or hardware addresses.
_STRICT_ELEMENTS = frozenset(
    b"currentMemory genid iothreads maxMemory memory model type uuid vcpu hard_limit soft_limit swap_hard_limit"
    b" shares period quota emulator_period emulator_quota global_period global_quota iothread_period"
    b" iothread_quota min_guarantee on_poweroff on_reboot on_crash weight".split()
)
_STRICT_ATTRIBUTES = frozenset(
    b"address arch autoport bus cache check controller cores cpuset cpus current device dies discard domain enabled"
    b" event fallback feature function heads id index io iothread iothreads machine memory mode model multifunction"
    b" nodeset offset order placement policy port ports primary queues ram readonly secure size slot sockets slots"
    b" state tapecontrol threads timeout tlsPort type unit uuid vcpu vcpus vectors vgamem vram".split()
)
# Text in these is in the place of elements.
_CONTAINERS = frozenset(
    b"blkiotune channel clock console controller cpu cputune devices disk domain features filesystem graphics hostdev"
    b" input interface memballoon memoryBacking numa numatune os parallel pm redirdev rng serial smartcard sound source"
    b" target tpm video watchdog".split()
)
# A value that begins with a placeholder is no path: those are absolute.
_PATH_ELEMENTS = frozenset(b"dtb emulator initrd kernel loader nvram".split())
_PATH_ATTRIBUTES = frozenset(b"dev dir file path".split())
_PROSE_ELEMENTS = frozenset(b"cmdline description entry metadata title".split())
_PROSE_ATTRIBUTES = frozenset(b"passwd password".split())


class Freedom(Enum):
    """How much of a value can be any text."""

    STRICT = "a number, a word from a list, a UUID or a hardware address: letters and digits"
    PATH = "text that begins with a slash"
    NAME = "the name of the domain"
    PLAIN = "text that a program reads"
    PROSE = "text for people, a secret, or what belongs to another namespace"


class Value(NamedTuple):
    """The value of an attribute, or a text."""

    span: Span
    freedom: Freedom


class _Open(NamedTuple):
    """An element that is open. ``is_prose``: all that is in it can be any text."""

    name: bytes
    is_prose: bool


def values_in(data: bytes) -> Iterator[Value]:
    """Yield the values in the order of the text; where tags are unquoted or unclosed, those that can be told apart."""
    around: list[_Open] = []
    done = at = faults = 0
    has_elements = False
    while (start := data.find(b"<", at)) >= 0:
        match = _TOKEN.match(data, start)
        if match is None:
            # What "<?=" begins is a part of the text around it.
            faults += data[start + 1 : start + 2].isalpha()
            if faults > _MOST_FAULTS or _ASIDE.match(data, start):
                return
            at = start + 1
            continue
        if around and start > done:
            yield from _text(data, Span(done, start), around, has_elements or match["start"] is not None)
        done = at = match.end()
        if match["start"] is not None:
            name = match["start"]
            is_prose = name in _PROSE_ELEMENTS or b":" in name or (bool(around) and around[-1].is_prose)
            yield from _attributes(data, match, is_prose)
            has_elements = match["inside"].endswith(b"/")
            if not has_elements:
                around.append(_Open(name, is_prose))
        elif match["end"] is not None:
            has_elements = True
            del around[-1:]


def _text(data: bytes, span: Span, around: list[_Open], is_between_elements: bool) -> Iterator[Value]:
    if data[span.start : span.end].isspace():
        return
    name, is_prose = around[-1]
    if is_prose:
        freedom = Freedom.PROSE
    elif is_between_elements or name in _STRICT_ELEMENTS or name in _CONTAINERS:
        freedom = Freedom.STRICT
    elif name == b"name" and len(around) == 2:
        freedom = Freedom.NAME
    else:
        freedom = Freedom.PATH if name in _PATH_ELEMENTS else Freedom.PLAIN
    yield Value(span, freedom)


def _attributes(data: bytes, tag: re.Match[bytes], is_prose: bool) -> Iterator[Value]:
    for match in _ATTRIBUTE.finditer(data, *tag.span("inside")):
        name = match["name"]
        if is_prose or name in _PROSE_ATTRIBUTES:
            freedom = Freedom.PROSE
        elif name in _STRICT_ATTRIBUTES:
            freedom = Freedom.STRICT
        else:
            freedom = Freedom.PATH if name in _PATH_ATTRIBUTES else Freedom.PLAIN
        yield Value(Span(*match.span("double" if match["double"] is not None else "single")), freedom)
