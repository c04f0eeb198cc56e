"""A customer's work as a tree: by the attachment that brought it, then by folder as it lay on each item's own day.

A folder that moved stands in both places, each with its part. Work that came by work orders alone is no part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from reports.rollup import Amounts, Line, Path, Place, Ways
from reports.sums import add

type Key = tuple[int, Path]  # attachment, folders from its own down

FEW = 40  # a tree of so many folders is shown whole


@dataclass
class Node:
    """A folder of a customer's report: what lies in it, and with all below."""

    attachment: int
    path: Path
    own: Amounts = field(default_factory=dict)  # in the folder itself
    total: Amounts = field(default_factory=dict)  # with all below
    owned: int = 0  # how many of its lines are the customer's own, and how many are others'
    others: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def folder(self) -> int:
        return self.path[-1]

    @property
    def key(self) -> str:
        """How the address names it: ?open=5.12-15."""
        return f"{self.attachment}.{'-'.join(str(pk) for pk in self.path)}"


def tree(lines: Iterable[Line], ways: Ways) -> list[Node]:
    """The attachments' nodes, unsorted, each with its branch."""
    nodes: dict[Key, Node] = {}
    at: dict[Place, Node] = {}
    tops: list[Node] = []

    def node_of(attachment: int, path: Path) -> Node:
        node = nodes.get((attachment, path))
        if node is None:
            node = nodes[attachment, path] = Node(attachment, path)
            (node_of(attachment, path[:-1]).children if len(path) > 1 else tops).append(node)
        return node

    for place, _label, _by_order, owned, amounts in lines:
        if place is not None:
            node = at.get(place)
            if node is None:
                node = at[place] = node_of(place[0], ways.path(*place))
            add(node.own, amounts)
            node.owned += owned
            node.others += not owned
    for top in tops:
        _add_up(top)
    return tops


def _add_up(node: Node) -> None:
    """Carry what lies below upwards."""
    node.total = dict(node.own)
    for child in node.children:
        _add_up(child)
        add(node.total, child.total)
        node.owned += child.owned
        node.others += child.others


def walk(*nodes: Node) -> Iterator[Node]:
    """Each with all below it, from above."""
    found = list(reversed(nodes))
    while found:
        node = found.pop()
        yield node
        found.extend(reversed(node.children))


def is_open(node: Node, number: int, opened: Collection[str], shut: Collection[str]) -> bool:
    """Whether the page shows what is below it: all of a small tree, else what the address opens."""
    return node.key not in shut and (number <= FEW or "all" in opened or node.key in opened)
