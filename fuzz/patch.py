"""Edits and fixes: they leave XML, and say what they were made for; what is made twice is made once."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from random import Random

from chanfix.errors import ChanfixError, InputError, InternalError
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Plan, Wish
from chanfix.rewrite.remove import remove
from chanfix.rewrite.rename import attach, detach
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import (
    Edit,
    Fix,
    Safety,
    insert_after,
    insert_before,
    insert_first,
    remove_attribute,
    remove_comment,
    remove_element,
    replace_in_attribute,
    set_attribute,
    take_element,
)
from chanfix.xml.patch import apply_fixes
from fuzz.invariants import check_lint, is_xml

__all__ = ["try_one"]

_VALUES = ("", "virtio", "é→", "a'b\"c", "<&>]]>", "\t\n\r", "org.qemu.guest_agent.0", "&amp;", "\U0001f427")
_FRAGMENT = b"<channel type='unix'><target type='virtio' name='a&amp;&#10;b'/></channel>"


def try_one(data: bytes) -> None:
    """Lint, fix, edit and rewrite one input."""
    check_lint(data)
    try:
        document = Document.parse(data)
    except InputError:
        return
    if document.is_editable:
        _edit(document, Random(zlib.crc32(data)))
        _rewrite(document)


def _edit(document: Document, chance: Random) -> None:
    nodes = [node for node, _ in zip(document.root.descendants("*"), range(2000), strict=False)]
    node = chance.choice(nodes)
    value = chance.choice(_VALUES)
    after = _patched(document, [set_attribute(node, "type", value)])
    assert list(after.root.descendants("*"))[nodes.index(node)].get("type") == document.encode(value).decode(
        document.encoding
    ) or not _can_hold(document, value)
    fixes = [Fix("Edit", Safety.SAFE, tuple(_edits(document, chance.choice(nodes), chance))) for _ in range(3)]
    for fix in fixes:
        _patched(document, fix.edits)
    patched = apply_fixes(document.data, fixes)
    assert len(patched.applied) + len(patched.held_back) == len(fixes)
    assert fixes[0] in patched.applied


def _can_hold(document: Document, value: str) -> bool:
    try:
        value.encode(document.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _edits(document: Document, node: Node, chance: Random) -> list[Edit]:
    other = Document.parse(_FRAGMENT).root
    choices: list[Callable[[], list[Edit]]] = [lambda: insert_first(node, other)]
    if document.comments:
        choices.append(lambda: [remove_comment(document, chance.choice(document.comments))])
    for name, value in node.attributes.items():
        # One with a namespace has no place of its own.
        if not name.startswith("{"):
            choices.append(lambda name=name: [remove_attribute(node, name)])
            if value:
                old, new = chance.choice(value), chance.choice(_VALUES)
                choices.append(lambda name=name, old=old, new=new: replace_in_attribute(node, name, old, new))
    if node.parent is not None:
        choices += [
            lambda: [insert_after(node, other)],
            lambda: [insert_before(node, other)],
            lambda: [remove_element(node)],
            lambda: [take_element(node)],
        ]
    return chance.choice(choices)()


def _patched(document: Document, edits: list[Edit] | tuple[Edit, ...]) -> Document:
    data = apply_fixes(document.data, [Fix("Edit", Safety.SAFE, tuple(edits))]).data
    after = Document.parse(data)
    assert is_xml(after)
    return after


def _rewrite(document: Document) -> None:
    added = _planned(add, document)
    if added is None:
        return
    data = added.data
    assert add(Document.parse(data), Wish()).data == data, "a second add changes something"
    detached = _planned(detach, Document.parse(data))
    if detached is not None:
        back = attach(Document.parse(detached.data), Wish(port=detached.port))
        assert back.data == data, "attach does not give back what detach took"
    removed = _planned(remove, Document.parse(data))
    if removed is not None:
        assert is_xml(Document.parse(removed.data))


def _planned(make: Callable[[Document, Wish], Plan], document: Document) -> Plan | None:
    try:
        return make(document, Wish())
    except InternalError:
        raise
    except ChanfixError:
        return None
