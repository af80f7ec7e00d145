"""Which elements of a template are known to be there together: the blocks around one are all around the other too.

Elements of two different blocks are not: nothing is known of the conditions of blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from chanfix.xml.document import Node
from chanfix.xml.holes import Arm
from chanfix.xml.span import Span

__all__ = ["by_block", "collisions", "doubles", "may_be_apart", "nodes_by_block", "partners"]

_T = TypeVar("_T")


def by_block(items: Iterable[_T], node_of: Callable[[_T], Node]) -> list[list[_T]]:
    """Return items in groups, one for each block of a template that holds some: a fix can change one block only."""
    groups: dict[tuple[Arm, ...], list[_T]] = {}
    for item in items:
        groups.setdefault(node_of(item).arms, []).append(item)
    return list(groups.values())


def nodes_by_block(nodes: Iterable[Node]) -> list[list[Node]]:
    """Return elements in such groups."""
    return by_block(nodes, lambda node: node)


def collisions(items: Iterable[_T], node_of: Callable[[_T], Node]) -> Iterator[tuple[_T, _T]]:
    """Yield each item that is known to be there together with an earlier one, and the first such."""
    right_in: dict[Arm | None, tuple[int, _T]] = {}
    anywhere_in: dict[Arm | None, tuple[int, _T]] = {}
    for number, item in enumerate(items):
        around = (None, *node_of(item).arms)
        met = [right_in[arm] for arm in around if arm in right_in]
        if around[-1] in anywhere_in:
            met.append(anywhere_in[around[-1]])
        if met:
            yield item, min(met, key=lambda entry: entry[0])[1]
        right_in.setdefault(around[-1], (number, item))
        for arm in around:
            anywhere_in.setdefault(arm, (number, item))


def partners(nodes: Iterable[Node], others: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield each node that is known to be there together with one of the others, and the first such."""
    right_in: dict[Arm | None, Node] = {}
    anywhere_in: dict[Arm | None, Node] = {}
    for other in others:
        around = (None, *other.arms)
        right_in.setdefault(around[-1], other)
        for arm in around:
            anywhere_in.setdefault(arm, other)
    for node in nodes:
        around = (None, *node.arms)
        met = [right_in[arm] for arm in around if arm in right_in]
        if around[-1] in anywhere_in:
            met.append(anywhere_in[around[-1]])
        if met:
            yield node, min(met, key=lambda other: other.place.start)


def doubles(items: Iterable[_T], node_of: Callable[[_T], Node]) -> Iterator[tuple[_T, _T]]:
    """Yield each of several equal items that is known to be there together with another one, and the one that stays.

    Of two the one in fewer blocks stays: it is there whenever the other is.
    """
    return collisions(sorted(items, key=lambda item: len(node_of(item).arms)), node_of)


def may_be_apart(one: Node, other: Node) -> bool:
    """Return True if text stands between two elements of one document, or one has an attribute of another namespace.

    Either may be a directive of a template that is not recognised. A fix must not take one of the elements away: it
    could be the only one of some rendering.
    """
    if any(name.startswith("{") for node in (one, other) for name in node.attributes):
        return True
    first, last = sorted((one.place.span, other.place.span))
    return one.document.has_stray_text(Span(first.end, last.start))
