"""What has changed in a city during the two years: hands, places, contracts. Every city has each case once; large ones
have more moves.
"""

from __future__ import annotations

from datetime import date, timedelta

from customers.models import Customer
from folders.days import FOREVER
from workorders.management.demo import names
from workorders.management.demo.jobs import YEAR_ROUND
from workorders.management.demo.plan import City, Node, Point
from workorders.management.demo.sites import customer


def happen(city: City, story: dict[str, Node]) -> None:
    """Lets the story's hand-overs, moves and closings happen, each on its day."""
    _hands(city, story)
    _ends(city, story)
    _above_and_below(city, story)
    _moved_folders(city, story)
    _moved_spots(city, story)


def mid_month(city: City, days: int) -> date:
    """The 16th of the month in which the day so many days ago was."""
    return city.ago(days).replace(day=16)


def _hands(city: City, story: dict[str, Node]) -> None:
    """A factory and a house that changed hands in mid-month."""
    sold = mid_month(city, 150)
    city.attach(city.customers["company 0"], story["company 0"], until=sold)
    city.attach(city.customers["company 1"], story["company 0"], since=sold)
    for c in range(1, sum(part.startswith("company") for part in story)):
        if c != 2:  # closes below
            city.attach(city.customers[f"company {c}"], story[f"company {c}"], since=city.ago(900))
    name = next(city.people)
    buyer = customer(city, "buyer", name, Customer.Type.PERSON, email=names.address_of(name, city.name))
    bought = mid_month(city, 75)
    city.attach(city.customers["person 0"], story["person 0"], until=bought)
    city.attach(buyer, story["person 0"], since=bought)


def _ends(city: City, story: dict[str, Node]) -> None:
    """A company that closed, and a contract that ended: since then nobody owns the folder."""
    closing = city.customers["company 2"]
    closing.closed_on = city.ago(60).replace(day=1)
    closing.notes = "Toiminta loppunut."
    city.attach(closing, story["company 2"], until=closing.closed_on)
    ended = city.ago(100).replace(day=1)
    city.attach(city.customers["person 1"], story["person 1"], since=city.ago(1500), until=ended)
    for p in range(2, sum(part.startswith("person") for part in story)):
        city.attach(city.customers[f"person {p}"], story[f"person {p}"], since=city.ago(600 + 10 * p))


def _above_and_below(city: City, story: dict[str, Node]) -> None:
    """The city keeps the town hall itself, below one of its divisions: attached above and below."""
    city.attach(city.customers["city"], story["town hall"], since=city.ago(800))


def _moved_folders(city: City, story: dict[str, Node]) -> None:
    """A housing company changed its manager; a day care stood with another division while its walls were dried."""
    city.move_folder(story["house 0.1"], story["manager 1"], mid_month(city, 120))
    dried = mid_month(city, 200)
    city.move_folder(story["day care 0"], story["division 0"], dried, dried + timedelta(days=25))


def _moved_spots(city: City, story: dict[str, Node]) -> None:
    """A mower was given to a housing company for good; a dryer was lent for some days."""
    mower, dryer = (point for point in city.points if point.kind == "equipment" and "Lumi" not in point.name)
    city.move_spot(mower, story["house 1.0"], mid_month(city, 300))
    lent = mid_month(city, 45)
    city.move_spot(dryer, story["school 0"], lent, lent + timedelta(days=12))


def move_more(city: City, houses: list[Node], districts: list[Node], since: int) -> None:
    """In a large city: every fortieth new house to another district or manager, every two hundredth spot elsewhere, one
    in three for some days only. `since` is the first of city.points that nothing has happened to.
    """
    for n, house in enumerate(city.rng.sample(houses, len(houses) // 40)):
        _somewhere(city, n, house, city.rng.choice([there for there in districts if there is not house.parent]))
    points = [point for point in city.points[since:] if point.kind in YEAR_ROUND]
    for n, point in enumerate(city.rng.sample(points, len(points) // 200)):
        _somewhere(city, n, point, city.rng.choice([node for node, _site in city.sites if node is not point.node]))


def _somewhere(city: City, nth: int, what: Node | Point, to: Node) -> None:
    day = mid_month(city, city.rng.randrange(40, 700))
    until = day + timedelta(days=city.rng.randrange(3, 20)) if nth % 3 == 2 else FOREVER
    if isinstance(what, Node):
        city.move_folder(what, to, day, until)
    else:
        city.move_spot(what, to, day, until)
