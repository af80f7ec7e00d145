"""Values of a domain as libvirt reads them: known, unknown because a template fills them in, or not there.

A known value is wrapped, so that mypy refuses to compare it before somebody has asked whether it is known: with
``match``, ``must_be`` or ``may_be``. What libvirt refuses, such as a number that is none, is unknown too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeAlias, TypeVar

from chanfix.domain.agent_name import is_templated

__all__ = [
    "CpuSet",
    "Flag",
    "Known",
    "Maybe",
    "Number",
    "Text",
    "Unknown",
    "cpu_set",
    "flag",
    "kibibytes",
    "may_be",
    "must_be",
    "number",
    "or_default",
    "text",
]

_T = TypeVar("_T")


class _Value:
    """What the two kinds of values share. They are no dataclasses: a short run would wait a millisecond for these."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]]

    def _content(self) -> object:
        return getattr(self, self.__match_args__[0])

    if not TYPE_CHECKING:
        # mypy refuses to compare these with what is in them, unless it sees that they have a way of their own.
        def __eq__(self, other):
            return type(other) is type(self) and self._content() == other._content()

        def __hash__(self):
            return hash((type(self), self._content()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._content()!r})"


class Known(_Value, Generic[_T]):
    """A value that is written out, or that libvirt fills in."""

    __slots__ = ("value",)
    __match_args__ = ("value",)

    def __init__(self, value: _T) -> None:
        self.value: Final = value


class Unknown(_Value):
    """A value that depends on what fills a template, or that libvirt refuses; ``written`` stands in its place."""

    __slots__ = ("written",)
    __match_args__ = ("written",)

    def __init__(self, written: str) -> None:
        self.written: Final = written


# None: nothing is written, and libvirt has no default for it, or one that depends on the host.
Maybe: TypeAlias = Known[_T] | Unknown | None
Text: TypeAlias = Maybe[str]
Number: TypeAlias = Maybe[int]
Flag: TypeAlias = Maybe[bool]
CpuSet: TypeAlias = Maybe[frozenset[int]]

# strtoul(3), which takes blanks in front of a number, and no minus here (virStrToLong_uip, virStrToLong_ullp).
_DECIMAL = re.compile(r"[ \t\n\v\f\r]*\+?([0-9]{1,20})")
_ANY_BASE = re.compile(r"[ \t\n\v\f\r]*\+?(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})")
_FLAGS = {"yes": True, "on": True, "no": False, "off": False}
# src/util/virutil.c:virScaleInteger: one letter, and "iB" for 1024 or "B" for 1000.
_UNIT = r"(?i)(?:([kmgtpe])(ib|b)?|b|bytes?)"
# The largest CPU set is that of virBitmapParse's callers (src/conf/domain_conf.h:VIR_DOMAIN_CPUMASK_LEN).
_MOST_CPUS = 16384
_CPU_RANGE = r"\s*(\^?)\s*([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?\s*"


def text(written: str | None) -> Text:
    """Return an attribute or a text of the document as a value."""
    if written is None:
        return None
    # A template's constructs have other signs than letters and digits; what is in the place of a hole is of a class of
    # its own.
    is_plain = type(written) is str and written.isalnum()
    return Known(written) if is_plain or not is_templated(written) else Unknown(written)


def must_be(value: Maybe[_T], *wanted: _T) -> bool:
    """Return True if a value is known to be one of these; False for one that is unknown or not there."""
    return isinstance(value, Known) and value.value in wanted


def may_be(value: Maybe[_T], *wanted: _T) -> bool:
    """Return True if a value is one of these, or unknown; False for one that is not there."""
    return isinstance(value, Unknown) or must_be(value, *wanted)


def or_default(value: Maybe[_T], default: _T) -> Known[_T] | Unknown:
    """Return a value, or the one that libvirt fills in where nothing is written."""
    return Known(default) if value is None else value


def number(value: Text, base: int = 10) -> Number:
    """Read a number as libvirt does: decimal, or with base 0 as in C, where ``0x10`` is 16 and ``010`` is 8."""
    if not isinstance(value, Known):
        return value
    found = (_DECIMAL if base else _ANY_BASE).fullmatch(value.value)
    if found is None:
        return Unknown(value.value)
    digits = found[1]
    if base or digits[1:2] in ("x", "X"):
        return Known(int(digits, base or 16))
    try:
        return Known(int(digits, 8 if digits.startswith("0") else 10))
    except ValueError:
        return Unknown(value.value)


def flag(value: Text) -> Flag:
    """Read ``yes`` or ``on`` and ``no`` or ``off`` (``virXMLPropTristateBool``, ``virXMLPropTristateSwitch``)."""
    if not isinstance(value, Known):
        return value
    return Known(_FLAGS[value.value]) if value.value in _FLAGS else Unknown(value.value)


def kibibytes(size: Text, unit: Text) -> Number:
    """Read an amount of memory, rounded up to KiB; without a unit it is in KiB (``virDomainParseMemory``)."""
    amount = number(size)
    if isinstance(unit, Unknown):
        return unit
    if not isinstance(amount, Known) or unit is None:
        return amount
    found = re.fullmatch(_UNIT, unit.value)
    if found is None:
        return Unknown(unit.value)
    letter, suffix = (found[1] or "").lower(), (found[2] or "ib").lower()
    scale = (1024 if suffix == "ib" else 1000) ** (" kmgtpe".index(letter) if letter else 0)
    return Known(-(-amount.value * scale // 1024))


def cpu_set(value: Text) -> CpuSet:
    """Read a set of CPUs, such as ``0-3,^2`` (``virBitmapParse``)."""
    if not isinstance(value, Known):
        return value
    found: set[int] = set()
    for part in value.value.split(","):
        matched = re.fullmatch(_CPU_RANGE, part)
        if matched is None or int(matched[3] or matched[2]) >= _MOST_CPUS:
            return Unknown(value.value)
        cpus = range(int(matched[2]), int(matched[3] or matched[2]) + 1)
        found = found.difference(cpus) if matched[1] else found.union(cpus)
    return Known(frozenset(found))
