"""What is refused before a parser sees it, and what is said of a text that is not well formed.

A DOCTYPE is refused, and size, depth and the length of a tag are bounded, so that no input can keep the process busy
for long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chanfix.errors import InputError, InputKind
from chanfix.files import MAX_BYTES
from chanfix.named_tuple import NamedTuple
from chanfix.position import Position
from chanfix.xml.decode import UTF8_MARK
from chanfix.xml.span import LineIndex

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["ill_formed", "known_format", "refuse", "refuse_size"]

# A mark is a "<". A domain of 100,000 devices of six marks each is read in 0.4 s. At the limit, 4.5 MB of "<disk/>" are
# the worst: to add a channel takes 9 s and 890 MB.
_MAX_MARKS = 650_000
# Each takes up about 40 bytes of the line index.
_MAX_LINES = 1_000_000
_MAX_TAG = 1024 * 1024
_LARGE = 64 * 1024
# libxml2 before 2.12 compares each attribute of an element with all others: 1,000 take 3 ms, and 20,000 a second.
_MAX_ATTRIBUTES = 1000
_LONG_TAG = 4 * _MAX_ATTRIBUTES

_DOCTYPE = rb"(?s)(?:\xef\xbb\xbf)?(?:\s+|<!--.*?-->|<\?.*?\?>|(?!))*+(<!DOCTYPE)"
# To the ">", or as far as it goes when none comes. Possessive all along: nothing is tried twice.
_START_TAG = rb"""<[^\s/>!?<]++[^>"'<]*+(?:(?:"[^"<]*+"|'[^'<]*+'|(?!))[^>"'<]*+)*+"""
_VALUE = rb"""=\s*+(?:"[^"]*+"|'[^']*+')"""
# libvirt writes "Part" while it saves, and "Save" when it is done (``src/qemu/qemu_saveimage.h``).
_SAVED = "a saved domain, whose XML 'virsh save-image-dumpxml' shows"
_MAGIC = (
    (b"QFI\xfb", "a qcow2 disk image"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"PK\3\4", "a zip archive"),
    (b"LibvirtQemudSave", _SAVED),
    (b"LibvirtQemudPart", _SAVED),
)

# libxml2's numbers (xmlerror.h) for what people meet, in words; the rest is said in libxml2's own.
_HINTS = {
    5: "keep one domain in a file",
    201: "declare the prefix on the root, as in xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'",
}
# The same by expat's numbers.
_EXPAT_HINTS = {9: _HINTS[5], 27: _HINTS[201]}


def known_format(data: bytes) -> str | None:
    """Return what bytes are that start as a format other than text does, whatever follows in them."""
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def refuse_size(data: bytes) -> None:
    """Refuse what is too large to be looked at, a line index included. Raises ``InputError`` without a place."""
    hint = "name a libvirt domain XML file"
    if len(data) > MAX_BYTES:
        raise InputError(f"the document is over {MAX_BYTES // 2**20} MiB", hint=hint, kind=InputKind.LIMIT)
    if len(data) > _MAX_LINES and max(data.count(b"\n"), data.count(b"\r")) > _MAX_LINES:
        raise InputError(f"the document has over {_MAX_LINES} lines", hint=hint, kind=InputKind.LIMIT)


def refuse(data: bytes, encoding: str, lines: Callable[[], LineIndex]) -> None:
    """Refuse what no parser should see. Everything here is linear in the length of the text."""

    def refusal(message: str, offset: int, hint: str | None, kind: InputKind = InputKind.NOT_WELL_FORMED) -> InputError:
        return InputError(message, hint=hint, position=lines().position(offset), kind=kind)

    if not data.startswith(b"<"):
        start = data.removeprefix(UTF8_MARK).lstrip()
        if not start:
            raise refusal("the document is empty", 0, "give a libvirt domain XML file")
        if not start.startswith(b"<"):
            if sentence := _odd_character(data, encoding, len(data) - len(start)):
                raise refusal(sentence, len(data) - len(start), "domain XML starts with '<domain'")
            known = known_format(data)
            what = f", but {known}" if known else ""
            raise refusal(f"the document is not XML{what}", len(data) - len(start), "domain XML starts with '<domain'")
    if (nul := data.find(b"\0")) >= 0:
        raise refusal("a NUL byte is not allowed in XML", nul, "the file is damaged, or no text")
    # One byte alone is found much sooner than nine, and most documents have none.
    if b"!" in data and b"<!DOCTYPE" in data and (doctype := re.match(_DOCTYPE, data)):
        hint = "remove the DOCTYPE: domain XML has no use for one, and its entities are never read"
        raise refusal("a DOCTYPE is not accepted", doctype.start(1), hint, InputKind.DOCTYPE)
    if len(data) > _MAX_TAG and data.count(b"<") > _MAX_MARKS:
        raise refusal(f"the document has over {_MAX_MARKS} tags", 0, "name a libvirt domain XML file", InputKind.LIMIT)
    for tag in _long_tags(data) if len(data) > _LARGE else ():
        hint = "name a libvirt domain XML file"
        if tag.end() - tag.start() > _MAX_TAG:
            raise refusal(f"a start tag is over {_MAX_TAG // 2**20} MiB long", tag.start(), hint, InputKind.LIMIT)
        if len(re.findall(_VALUE, tag[0])) > _MAX_ATTRIBUTES:
            message = f"an element has over {_MAX_ATTRIBUTES} attributes"
            raise refusal(message, tag.start(), hint, InputKind.LIMIT)
    # libxml2 before 2.11, which Debian has, takes quadratic time for some ill-formed texts; expat never does.
    if len(data) > _LARGE and (fault := _expat_fault(data, encoding)):
        message = _odd_character(data, encoding, fault.offset) or fault.message
        raise refusal(f"not well-formed XML: {message}", fault.offset, _EXPAT_HINTS.get(fault.code))


def _long_tags(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the start tags that are long enough for a look at them."""
    parts = data.split(b"<")
    if max(map(len, parts)) <= _LONG_TAG:
        return
    pattern, start = re.compile(_START_TAG), 0
    for part in parts:
        if len(part) > _LONG_TAG and (tag := pattern.match(data, start - 1)):
            yield tag
        start += len(part) + 1


def ill_formed(error: etree.XMLSyntaxError, data: bytes, encoding: str, lines: Callable[[], LineIndex]) -> InputError:
    """Say what libxml2 found, at the byte where expat finds it: libxml2's columns cannot be trusted."""
    fault = _expat_fault(data, encoding)
    position = lines().position(fault.offset) if fault else Position(*(max(1, number) for number in error.position))
    detail = re.sub(r",? line \d+(?:, column \d+)?$|\n", "", str(error.msg or "malformed")).strip()
    if detail.startswith("Excessive depth"):
        message = "elements are nested deeper than 256"
        return InputError(message, hint="name a libvirt domain XML file", position=position, kind=InputKind.LIMIT)
    if "limit exceeded" in detail or "too big" in detail:
        message = "a text or a comment is over 10 MB"
        return InputError(message, hint="name a libvirt domain XML file", position=position, kind=InputKind.LIMIT)
    hint = _HINTS.get(error.code)
    if fault and (sentence := _odd_character(data, encoding, fault.offset)):
        detail, hint = sentence, None
    return InputError(f"not well-formed XML: {detail}", hint=hint, position=position, kind=InputKind.NOT_WELL_FORMED)


def _odd_character(data: bytes, encoding: str, offset: int) -> str | None:
    # What is well formed needs no names of characters.
    from chanfix.xml.odd_character import odd_character

    return odd_character(data, encoding, offset)


class _Fault(NamedTuple):
    offset: int
    code: int
    message: str


def _expat_fault(data: bytes, encoding: str) -> _Fault | None:
    from xml.parsers import expat

    parser = expat.ParserCreate(encoding=encoding if encoding in ("utf-8", "ascii") else None, namespace_separator=" ")
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return _Fault(parser.ErrorByteIndex, error.code, expat.ErrorString(error.code))
    except (ValueError, LookupError):  # an encoding that expat cannot read
        return None
    return None
