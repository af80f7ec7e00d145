"""Where libvirt's XML begins and ends in a text: start tags that only it has, and the end tags that match."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["DOMAIN_TYPES", "Found", "are_alone", "find_xml"]

# libvirt's virDomainVirtType (``src/conf/domain_conf.c``); a domain of any other type is another tool's.
DOMAIN_TYPES = frozenset(
    (
        *(b"qemu", b"kvm", b"kqemu", b"hvf", b"test", b"hyperv", b"bhyve", b"lxc", b"openvz", b"parallels", b"phyp"),
        *(b"uml", b"vbox", b"vmware", b"vz", b"xen"),
    )
)
_NAMES = rb"domainsnapshot|domain|channel|controller|devices|(?:[\w.-]+:)?(?:stylesheet|transform)"
_TOKEN = re.compile(
    rb"""(?P<comment><!--)|(?P<uncomment>-->)|</(?P<end>%s)\s*>
    |<(?P<start>%s)(?=[\s/>])(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|(?!))*+>?"""
    % (_NAMES, _NAMES),
    re.VERBOSE,
)
# A quote may be one of a word processor; "\x01" is in a hole, which may bring the quotes.
_TYPE = re.compile(rb"""\btype\s*=\s*(?:["'`]|\xe2\x80.|\xc2.|(?=\x01))(?P<type>[\w-]*)(?P<more>[^\s"'>]?)""")
_FRAGMENTS = (b"channel", b"controller", b"devices")
# What may stand between devices and before and behind them.
_NOTHING = re.compile(rb"(?:\s++|<!--.*?-->|<\?xml[^<>]*+>|\.\.\.|\xe2\x80\xa6|\\[nrt]|(?!))++", re.DOTALL)
_STYLESHEET = b"XSL/Transform"


class Found(NamedTuple):
    """An element, whole, by its name and its place in the text."""

    name: bytes
    span: Span

    @property
    def is_fragment(self) -> bool:
        """Return True for devices without their domain."""
        return self.name in _FRAGMENTS


def find_xml(text: bytes) -> Iterator[Found]:
    """Yield what is of libvirt, in the order of the text. What never ends is nothing."""
    name, start, depth, is_comment = b"", 0, 0, False
    for token in _TOKEN.finditer(text):
        if token["comment"] or token["uncomment"]:
            is_comment = bool(name and token["comment"])
        elif is_comment:
            continue
        elif opened := token["start"]:
            # A domain holds no other: one that begins in one shows that the first has no end.
            is_new = not name or (opened == b"domain" and name in (b"domain", *_FRAGMENTS))
            if is_new and _begins(opened, token[0]):
                name, start, depth = opened, token.start(), 0
            if opened == name:
                depth += 1
            if opened == name and token[0].endswith(b"/>"):
                depth -= 1
        elif token["end"] == name:
            depth -= 1
        if name and depth == 0:
            if _is_ours(name, text[start : token.end()]):
                yield Found(name, Span(start, token.end()))
            name = b""


def _begins(name: bytes, tag: bytes) -> bool:
    """Return True if a start tag may be one of libvirt's."""
    if name in (b"domainsnapshot", b"channel", b"devices"):
        return True
    if name not in (b"domain", b"controller"):
        return _STYLESHEET in tag
    written = _TYPE.search(tag)
    if written is None:
        return False
    is_known = written["type"] in DOMAIN_TYPES if name == b"domain" else written["type"] == b"virtio-serial"
    return is_known or (name == b"domain" and bool(written["more"]) and not written["type"])


def _is_ours(name: bytes, text: bytes) -> bool:
    if name == b"channel":
        return b"<target" in text
    return name != b"devices" or b"<channel" in text


def are_alone(text: bytes, found: Sequence[Found]) -> bool:
    """Return True if nothing stands beside what was found.

    Beside devices of virtio, as only libvirt has them, there may be other elements.
    """
    done = 0
    has_others = False
    for one in (*found, Found(b"", Span(len(text), len(text)))):
        rest = text[done : one.span.start]
        if rest.rfind(b"<!--") > rest.rfind(b"-->"):
            return False  # what was found is in a comment
        rest = _NOTHING.sub(b"", rest)
        if rest and not (rest.startswith(b"<") and rest.endswith(b">")):
            return False
        has_others |= bool(rest)
        done = one.span.end
    return not has_others or all(text.find(b"virtio", *one.span) >= 0 for one in found)
