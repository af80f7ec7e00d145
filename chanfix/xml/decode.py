"""Which encoding a text is in, and whether its bytes can be edited where they stand."""

from __future__ import annotations

import codecs
import re

from chanfix.errors import InputError, InputKind
from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import LineIndex

__all__ = ["Decoded", "decode"]

UTF8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_DECLARED = rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']"""
# One byte a character, ASCII where ASCII is: markup can be found in the bytes themselves.
_SINGLE_BYTE = r"ascii|iso8859-\d+|cp125\d|cp850|cp866|koi8-[ru]|mac-roman"
# A list of our own, since Python knows more: codecs that are no text, and some that take hours for a few megabytes.
_MULTI_BYTE = r"utf-(16|32)(-[lb]e)?|shift_jis|cp932|euc_jp|iso2022_jp|gb2312|gbk|gb18030|big5|euc_kr"


class Decoded(NamedTuple):
    """A text whose markup is ASCII bytes. ``is_original`` is false if it had to be converted to UTF-8."""

    data: bytes
    encoding: str
    is_original: bool


def decode(data: bytes) -> Decoded:
    """Find the encoding as XML 1.0 appendix F has it; texts of wide encodings are given as UTF-8.

    Raises ``InputError`` for an encoding that is not known and for bytes that are not of it.
    """
    encoding = _detect(data)
    if encoding == "utf-8":
        return Decoded(data, encoding, is_original=True)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte 0x{data[error.start]:02x} is not valid in the encoding '{encoding}'",
            hint="declare the encoding that the file is really in",
            position=LineIndex(data, "latin-1").position(error.start),
            kind=InputKind.NOT_WELL_FORMED,
        ) from None
    if re.fullmatch(_SINGLE_BYTE, encoding):
        return Decoded(data, encoding, is_original=True)
    return Decoded(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), "utf-8", is_original=False)


def _detect(data: bytes) -> str:
    if data.startswith(b"<") and not data.startswith((b"<?", b"<\0")):
        return "utf-8"
    if data.startswith(UTF8_MARK):
        return "utf-8"
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            return encoding
    declared = re.match(_DECLARED, data)
    if declared is None:
        return "utf-8"
    name = declared[1].decode("ascii")
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = ""
    if encoding != "utf-8" and not re.fullmatch(_SINGLE_BYTE, encoding) and not re.fullmatch(_MULTI_BYTE, encoding):
        raise InputError(
            f"the encoding '{name}' is not known",
            hint="convert the file to UTF-8 and declare that",
            position=LineIndex(data, "latin-1").position(declared.start(1)),
            kind=InputKind.NOT_WELL_FORMED,
        )
    return encoding
