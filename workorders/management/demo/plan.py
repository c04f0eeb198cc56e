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


@dataclass(eq=False)
class Node:
    """A folder and where it has been."""

    row: Folder
    depth: int
    places: list[tuple[date, date, Node | None]]


@dataclass(eq=False)
class Point:
    """A spot, what sort of thing it is (a key of jobs.JOBS), and where it has been."""

    row: Spot
    kind: str
    places: list[tuple[date, date, Node]]

    def folder_on(self, day: date) -> int:
        return next(node.row.pk for since, until, node in self.places if since <= day < until)


@dataclass
class City:
    number: int
    name: str
    genitive: str
    postcode: int
    size: float  # 1 is a whole city; less of it for a smaller demo
    today: date
    rng: Random
    ids: Iterator[str]  # business IDs not given yet
    numbers: Iterator[int]  # customer numbers not given yet
    people: Iterator[str]  # names of people, none twice in a city
    nodes: list[Node] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    customers: dict[str, Customer] = field(default_factory=dict)  # by what they are in the story
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def some(self, amount: float, least: int = 1) -> int:
        """So many in a whole city, fewer in a smaller one, never under `least`."""
        return max(least, round(amount * self.size))

    def folder(self, name: str, parent: Node | None = None, description: str = "") -> Node:
        row = Folder(name=name, parent=parent.row if parent else None, description=description)
        node = Node(row, parent.depth + 1 if parent else 0, [(ALWAYS, FOREVER, parent)])
        self.nodes.append(node)
        return node

    def spot(self, name: str, kind: str, folder: Node, state: str = Spot.State.ACTIVE) -> Point:
        point = Point(Spot(name=name, folder=folder.row, state=state), kind, [(ALWAYS, FOREVER, folder)])
        self.points.append(point)
        return point

    def attach(self, customer: Customer, node: Node, since: date = ALWAYS, until: date = FOREVER) -> Attachment:
        attachment = Attachment(customer=customer, folder=node.row, since=since, until=until)
        self.attachments.append(attachment)
        return attachment

    def move_folder(self, node: Node, to: Node, since: date, until: date = FOREVER) -> None:
        """Put a folder that has been in one place since always under another over some days.

        Folders of one depth are saved in one go, so a folder moves between folders of the same depth.
        """
        node.places = _moved(node.places, to, since, until)
        if until == FOREVER:
            node.row.parent = to.row

    def move_spot(self, point: Point, to: Node, since: date, until: date = FOREVER) -> None:
        point.places = _moved(point.places, to, since, until)
        if until == FOREVER:
            point.row.folder = to.row

    def save(self) -> None:
        """Write what has been planned: about ten statements a city."""
        for depth in range(max(node.depth for node in self.nodes) + 1):
            Folder.objects.bulk_create([node.row for node in self.nodes if node.depth == depth])
        Placement.objects.bulk_create(
            Placement(folder=node.row, parent=parent.row if parent else None, since=since, until=until)
            for node in self.nodes
            for since, until, parent in node.places
        )
        Spot.objects.bulk_create([point.row for point in self.points])
        SpotPlacement.objects.bulk_create(
            SpotPlacement(spot=point.row, folder=node.row, since=since, until=until)
            for point in self.points
            for since, until, node in point.places
        )
        Customer.objects.bulk_create(self.customers.values())
        Attachment.objects.bulk_create(self.attachments)


def _moved[Place](
    places: list[tuple[date, date, Place]], to: Place, since: date, until: date
) -> list[tuple[date, date, Place]]:
    ((_always, _forever, home),) = places
    later = [] if until == FOREVER else [(until, FOREVER, home)]
    return [(ALWAYS, since, home), (since, until, to), *later]
