"""A city of the demo before and while it is saved: its tree with the history of places, its customers, its spots.

The folder of each piece of work is read from the same history that is written to the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from customers.models import Attachment, Customer
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Placement, Spot, SpotPlacement
from folders.names import keys, search_key
from spotilla.bulk import insert_rows, new_ids
from workorders.management.demo.size import Size

FOLDER = ("id", "name", "description", "parent_id", "sort_key", "search_key")
SPOT = ("id", "name", "description", "folder_id", "state", "sort_key", "search_key")


@dataclass(eq=False, slots=True)
class Node:
    """A folder and where it has been: the last of its places is today's."""

    name: str
    description: str
    at: str  # an address, or what else tells its spots from others of the same name
    places: list[tuple[date, date, Node | None]]
    pk: int = 0

    @property
    def parent(self) -> Node | None:
        return self.places[-1][2]

    def above(self) -> Iterator[Node]:
        """Itself and every folder that it is in today."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


@dataclass(eq=False, slots=True)
class Point:
    """A spot, what sort of thing it is (a key of jobs.JOBS), and where it has been; the last is today's."""

    name: str
    kind: str
    state: str
    places: list[tuple[date, date, Node]]
    pk: int = 0
    key: str = ""  # its name as it is searched by

    @property
    def node(self) -> Node:
        return self.places[-1][2]

    def folder_on(self, day: date) -> int:
        if len(self.places) == 1:
            return self.places[0][2].pk
        return next(node.pk for since, until, node in self.places if since <= day < until)


@dataclass
class City:
    """A city of the demo while it is being made."""

    number: int
    name: str
    genitive: str
    postcode: int
    size: Size
    today: date
    rng: Random
    ids: Iterator[str]  # business IDs not given yet
    numbers: Iterator[int]  # customer numbers not given yet
    people: Iterator[str]  # names of people, none twice in a city
    houses: Iterator[str]  # names of housing companies, none twice in a city
    nodes: list[Node] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    sites: list[tuple[Node, str]] = field(default_factory=list)  # folders for spots, with a key of machines.MACHINES
    customers: dict[str, Customer] = field(default_factory=dict)  # by what they are in the story
    attachments: list[tuple[Customer, Node, date, date]] = field(default_factory=list)

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def some(self, amount: float, least: int = 1) -> int:
        """So many in a whole city, fewer in a smaller one, never under `least`."""
        return max(least, round(amount * self.size.part))

    def folder(self, name: str, parent: Node | None = None, description: str = "", at: str = "") -> Node:
        node = Node(name, description, at or (parent.at if parent else name), [(ALWAYS, FOREVER, parent)])
        self.nodes.append(node)
        return node

    def spot(self, name: str, kind: str, folder: Node, state: str = Spot.State.ACTIVE) -> Point:
        point = Point(name, kind, state, [(ALWAYS, FOREVER, folder)])
        self.points.append(point)
        return point

    def attach(self, customer: Customer, node: Node, since: date = ALWAYS, until: date = FOREVER) -> None:
        self.attachments.append((customer, node, since, until))

    def move_folder(self, node: Node, to: Node, since: date, until: date = FOREVER) -> None:
        """Put a folder that has been in one place since always under another over some days."""
        node.places = _moved(node.places, to, since, until)

    def move_spot(self, point: Point, to: Node, since: date, until: date = FOREVER) -> None:
        point.places = _moved(point.places, to, since, until)

    def save(self) -> None:
        """Write what has been planned: about ten statements a city."""
        for node, pk in zip(self.nodes, new_ids(Folder, len(self.nodes)), strict=True):
            node.pk = pk
        insert_rows(Folder, FOLDER, (
            (node.pk, node.name, node.description, node.parent and node.parent.pk, *keys(node.name))
            for node in self.nodes
        ))  # fmt: skip
        insert_rows(Placement, ("folder_id", "parent_id", "since", "until"), (
            (node.pk, parent and parent.pk, since, until)
            for node in self.nodes for since, until, parent in node.places
        ))  # fmt: skip
        for point, pk in zip(self.points, new_ids(Spot, len(self.points)), strict=True):
            point.pk, point.key = pk, search_key(point.name)
        insert_rows(Spot, SPOT, (
            (point.pk, point.name, "", point.node.pk, point.state, *keys(point.name)) for point in self.points
        ))  # fmt: skip
        insert_rows(SpotPlacement, ("spot_id", "folder_id", "since", "until"), (
            (point.pk, node.pk, since, until) for point in self.points for since, until, node in point.places
        ))  # fmt: skip
        Customer.objects.bulk_create(self.customers.values(), batch_size=500)
        insert_rows(Attachment, ("customer_id", "folder_id", "since", "until"), (
            (customer.pk, node.pk, since, until) for customer, node, since, until in self.attachments
        ))  # fmt: skip


def _moved[Place](
    places: list[tuple[date, date, Place]], to: Place, since: date, until: date
) -> list[tuple[date, date, Place]]:
    ((_always, _forever, home),) = places
    later = [] if until == FOREVER else [(until, FOREVER, home)]
    return [(ALWAYS, since, home), (since, until, to), *later]
