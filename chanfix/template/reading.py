"""From the bytes of a template to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from chanfix.errors import InputError, InputKind
from chanfix.template.construct import MOST_BLOCKS, TOO_MANY_BLOCKS, Block, Construct, Flow, Role, TemplateError, nest
from chanfix.template.directives import has_directives, read_directives
from chanfix.template.endings import ending_of, is_template_name
from chanfix.template.languages import FINDERS, Finder, genshi, placeholders, xslt
from chanfix.template.languages.recognise import recognise
from chanfix.template.masking import mask
from chanfix.xml.decode import decode
from chanfix.xml.document import Document
from chanfix.xml.span import LineIndex

__all__ = ["language_of", "read_template"]

# What plain XML may hold that looks like a template's.
_ASIDE = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_DOMAIN = b"<domain"
_MOST_ARMS = 8
_HINT = "render it and lint the result"


def read_template(data: bytes, name: str, known: Sequence[Construct] = ()) -> Document:
    """Parse what may be a template, as ``read_document`` does.

    ``known`` are constructs of another language that the text stands in, in its order and apart.
    """
    text = decode(data)
    if not text.is_original:
        return Document.parse(data)
    language = language_of(_without(data, known), name)
    try:
        document = _read_masked(data, text.encoding, language, known)
    except InputError as error:
        document = _read_plain(data, name, language, error, known)
    document.reread = partial(read_template, name=name)
    return document


def _without(data: bytes, known: Sequence[Construct]) -> bytes:
    """Return a text of the same length in which the known constructs look like nothing of a template."""
    parts, done = [], 0
    for construct in known:
        start, end = construct.span
        if start >= done:
            filler = b"x" if construct.role is Role.OUTPUT and not construct.instead else b" "
            parts += [data[done:start], construct.instead.ljust(end - start, filler)]
            done = end
    return b"".join([*parts, data[done:]])


def language_of(data: bytes, name: str) -> Finder:
    """Return the language of a template. The ending tells where the text does not."""
    ending = ending_of(name)
    if ending is not None and ending.language in FINDERS:
        return FINDERS[ending.language]
    if b"{%" not in data and (xslt.NAMESPACE in data or genshi.NAMESPACE in data):
        return xslt.find if xslt.NAMESPACE in data else genshi.find
    text = data if is_template_name(name) else _ASIDE.sub(b"", data)
    return FINDERS[recognise(text)]


def _read_masked(data: bytes, encoding: str, language: Finder, known: Sequence[Construct]) -> Document:
    try:
        constructs = [*known, *language(_without(data, known), encoding)]
        if known:
            constructs.sort(key=lambda construct: construct.span)
        blocks = _with_only_definition(data, constructs, nest(constructs))
    except TemplateError as fault:
        raise InputError(
            fault.message, position=LineIndex(data, encoding).position(fault.offset), kind=InputKind.TEMPLATE
        ) from None
    try:
        return _parse(data, constructs, blocks)
    except InputError as error:
        readings = list(_one_arm_at_a_time(data, constructs, blocks)) if error.kind is InputKind.NOT_WELL_FORMED else []
        if not readings:
            raise
        first, *others = readings
        first.others = tuple(others)
        return first


def _with_only_definition(data: bytes, constructs: Sequence[Construct], blocks: list[Block]) -> list[Block]:
    """Return the blocks of a template; where all its XML is a domain that goes elsewhere, that stays.

    As in a file for Helm that has nothing but ``{{ define "domain" }}``, or in one of macros.
    """
    if data.count(_DOMAIN) != 1 or all(block.flow is not Flow.ELSEWHERE for block in blocks):
        return blocks
    if b"<" in mask(data, constructs, blocks).data:
        return blocks
    at = data.index(_DOMAIN)
    return [
        block._replace(flow=Flow.ONCE)
        if block.flow is Flow.ELSEWHERE and block.span.start < at < block.span.end
        else block
        for block in blocks
    ]


def _parse(data: bytes, constructs: Sequence[Construct] = (), blocks: Sequence[Block] = ()) -> Document:
    """Parse a text through the mask of its constructs and of the directives that stand between its elements."""
    document = Document.parse(data, mask(data, constructs, blocks) if constructs else None)
    if not has_directives(document):
        return document
    directives, made = read_directives(document, blocks)
    if not directives:
        return document
    if len(blocks) + len(made) > MOST_BLOCKS:
        raise InputError(TOO_MANY_BLOCKS, position=document.position(directives[0].span.start), kind=InputKind.TEMPLATE)
    return Document.parse(data, mask(data, [*constructs, *directives], [*blocks, *made]))


def _one_arm_at_a_time(data: bytes, constructs: Sequence[Construct], blocks: Sequence[Block]) -> Iterator[Document]:
    """Yield what is XML with one arm of each choice and the others masked: a start tag may be in each arm once."""
    choices = [
        [arm.span for arm in block.arms] for block in blocks if block.flow is Flow.CHOICE and len(block.arms) > 1
    ]
    for number in range(min(_MOST_ARMS, max(map(len, choices), default=0))):
        kept = [min(number, len(arms) - 1) for arms in choices]
        dropped = [span for arms, keep in zip(choices, kept, strict=True) for at, span in enumerate(arms) if at != keep]
        with suppress(InputError):
            yield Document.parse(data, mask(data, constructs, blocks, dropped))


def _read_plain(data: bytes, name: str, language: Finder, fault: InputError, known: Sequence[Construct]) -> Document:
    """Read a text as it stands that may be no template after all; else raise what is wrong with the template."""
    if fault.kind not in (InputKind.TEMPLATE, InputKind.NOT_WELL_FORMED) or language in (xslt.find, genshi.find):
        raise fault
    if not is_template_name(name):
        # Placeholders stand where any text may: it is the XML that is wrong.
        if language is placeholders.find:
            raise fault
        with suppress(InputError):
            return _parse(data, known)
    what = fault.message.removeprefix("not well-formed XML: ")
    raise InputError(
        f"no XML is left of the template: {what}", hint=_HINT, position=fault.position, kind=InputKind.TEMPLATE
    )
