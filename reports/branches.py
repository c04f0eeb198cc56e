"""A customer's work as a tree: by the attachment that brought it, then by folder as it lay on each item's own day.

A folder that moved stands in both places, each with its part. Work that came by work orders alone is no part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from reports.rollup import Amounts, Line
from reports.sums import add

type Key = tuple[int, tuple[int, ...]]  # attachment, folders from its own down

FEW = 40  # a tree of so many folders is shown whole


@dataclass
class Node:
    attachment: int
    path: tuple[int, ...]
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


def tree(lines: Iterable[Line]) -> list[Node]:
    """The attachments' nodes, unsorted, each with its branch."""
    nodes: dict[Key, Node] = {}
    tops: list[Node] = []

    def node_of(attachment: int, path: tuple[int, ...]) -> Node:
        node = nodes.get((attachment, path))
        if node is None:
            node = nodes[attachment, path] = Node(attachment, path)
            (node_of(attachment, path[:-1]).children if len(path) > 1 else tops).append(node)
        return node

    for line in lines:
        if line.attachment is not None:
            node = node_of(line.attachment, line.path)
            add(node.own, line.amounts)
            node.owned += line.owned
            node.others += not line.owned
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


def folders(nodes: Iterable[Node]) -> set[int]:
    return {node.folder for top in nodes for node in walk(top)}


def walk(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from walk(child)


def is_open(node: Node, number: int, opened: Collection[str], shut: Collection[str]) -> bool:
    """Whether the page shows what is below it: all of a small tree, else what the address opens."""
    return node.key not in shut and (number <= FEW or "all" in opened or node.key in opened)
