"""Past scale 10 the demo's cities grow: as many folders, spots and customers to the work as a large office has, and
still one of each case that the office meets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker

from customers.models import Attachment, Coverage, Customer
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Placement, Spot, SpotPlacement
from folders.names import search_key
from folders.sql.branches import branch
from workorders.management.commands.load_demo import Progress, load
from workorders.management.demo.company import build, cities
from workorders.management.demo.plan import City, Node
from workorders.management.demo.size import Size, large, sizes
from workorders.models import ServiceRequest, Task, WorkOrder, WorkOrderCounter

pytestmark = pytest.mark.long


DAY = date(2026, 6, 15)


# ---- how large -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.1, 1, 7.3, 10, 10.01, 25, 100, 1000])
def test_work_grows_with_the_scale(scale: float) -> None:
    planned = sizes(scale)
    assert abs(sum(size.tasks for size in planned) - 10_000 * scale) <= 20
    assert abs(sum(size.requests for size in planned) - 2_000 * scale) <= 20


def test_up_to_scale_10_there_are_more_cities_and_from_there_larger_ones() -> None:
    assert [len(sizes(scale)) for scale in (0.1, 1, 10, 11, 1000)] == [1, 4, 40, 40, 40]
    assert set(sizes(10)) == {Size()}
    assert {size.tasks for size in sizes(1000)} == {250_000}


def test_scale_1000_has_the_size_that_it_promises() -> None:
    planned = sizes(1000)
    assert sum(size.folders + size.register for size in planned) == 100_000
    assert sum(size.spots + 2 * size.register for size in planned) == 1_000_000
    assert sum(size.orders for size in planned) == 50_000


# ---- one city of scale 1000, planned and not saved -------------------------------------------------------------------


@pytest.fixture(scope="module")
def city() -> City:
    """The second city, whose first new property manager is the largest."""
    _first, second = cities([Size(), large(1000, 1)], 1, DAY)
    build(second)
    return second


def leaves(city: City) -> list[Node]:
    above = {node.parent for node in city.nodes}
    return [node for node in city.nodes if node not in above]


def depth(node: Node) -> int:
    return len(list(node.above()))


def test_a_fortieth_of_everything_is_in_a_city(city: City) -> None:
    assert len(city.points) == 24_500
    assert 2_250 <= len(city.nodes) < 2_300
    assert 450 <= len(city.customers) <= 550
    assert 500 <= len(city.attachments) <= 620


def test_its_folders_lie_five_to_eight_deep(city: City) -> None:
    depths = Counter(depth(node) for node in leaves(city))
    assert max(depths) == 8
    assert sum(depths[n] for n in (5, 6, 7, 8)) > 0.9 * sum(depths.values())
    assert min(depths[n] for n in (5, 6, 7, 8)) > 50


def test_customers_are_attached_on_three_levels_of_a_path(city: City) -> None:
    attached = {id(node) for _customer, node, _since, _until in city.attachments}
    levels = Counter(sum(id(node) in attached for node in leaf.above()) for leaf in leaves(city))
    assert levels[3] > 100
    paths = {
        tuple(customer.customer_type for node in leaf.above() for customer, at, _since, until in city.attachments
              if at is node and until == FOREVER)
        for leaf in leaves(city)[-200:]
    }  # fmt: skip
    assert ("company", "housing", "company") in paths  # a shop, its housing company, the property manager


def test_every_seventh_attachment_was_handed_over_in_mid_month(city: City) -> None:
    since = {(id(node), since) for _customer, node, since, _until in city.attachments}
    handed = [until for _customer, node, _since, until in city.attachments if (id(node), until) in since]
    assert 0.1 < len(handed) / len(city.attachments) < 0.2
    assert {day.day for day in handed} == {16}


def test_nothing_is_a_closed_customers_after_its_closing(city: City) -> None:
    ends = {(customer.closed_on, until) for customer, _node, _since, until in city.attachments if customer.closed_on}
    assert len(ends) == 1
    assert [closed_on for closed_on, until in ends if until != closed_on] == []


def test_some_folders_and_spots_have_moved_for_good_and_some_for_days(city: City) -> None:
    for things in (city.nodes, city.points):
        moved = Counter(len(thing.places) for thing in things)
        assert moved[2] > 0
        assert moved[3] > 0
        assert 0.001 < (moved[2] + moved[3]) / len(things) < 0.01


def test_spots_are_told_apart_by_their_names(city: City) -> None:
    names = Counter(point.name for point in city.points)
    assert len(names) > 0.6 * len(city.points)
    assert max(names.values()) < 50


def test_one_property_manager_has_eleven_hundred_folders(city: City) -> None:
    below = Counter(
        next((above.name for above in node.above() if "Isännöinti" in above.name), "") for node in city.nodes
    )
    del below[""]
    (_largest, folders), (_next, others) = below.most_common(2)
    assert 1_100 <= folders < 1_200
    assert others < 300


def test_one_folder_of_the_first_city_has_ten_thousand_below_it() -> None:
    (first,) = cities([large(1000, 0)], 1, DAY)
    build(first)
    children = Counter(node.parent.name for node in first.nodes if node.parent)
    assert children.most_common(1) == [("Katuvalokeskukset", 10_000)]
    assert len({node.name for node in first.nodes}) > 10_000
    assert len(first.points) == 24_500 + 20_000


# ---- a small piece of a large demo, loaded ---------------------------------------------------------------------------

PIECE = [
    Size(tasks=2500, requests=400, orders=30, folders=240, spots=1500, register=40),
    Size(tasks=1500, requests=200, orders=20, folders=200, spots=900, branch=90),
]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """The piece, loaded once for all tests; what was said meanwhile."""
    said: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            load(PIECE, 1, Progress(said.append, PIECE, every=0))
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def piece(db: None, demo: list[str]) -> list[str]:
    return demo


def test_it_says_how_far_it_is(piece: list[str]) -> None:
    assert piece == [
        "Tasks 2,500 / 4,000, service requests 0 / 600",
        "Tasks 2,500 / 4,000, service requests 400 / 600",
        "Tasks 4,000 / 4,000, service requests 400 / 600",
        "Tasks 4,000 / 4,000, service requests 600 / 600",
        "Updating the statistics of the database …",
        "Calculating who owns the work of each folder …",
    ]


def test_it_has_the_size_that_was_planned(piece: list[str]) -> None:
    assert (Task.objects.count(), ServiceRequest.objects.count()) == (4000, 600)
    assert (WorkOrder.objects.count(), Spot.objects.count()) == (50, 2480)
    assert 480 <= Folder.objects.count() < 530
    assert Folder.objects.get(name="Katuvalokeskukset").children.count() == 40


def test_coverage_places_and_folders_of_work_are_as_worked_out_from_nothing(piece: list[str]) -> None:
    call_command("check_coverage", verbosity=0)


def test_it_has_each_case_too(piece: list[str]) -> None:
    today = timezone.localdate()
    cases = {
        "every type of customer": Customer.objects.values("customer_type").distinct().count() == len(Customer.Type),
        "three collectors of one folder": Coverage.objects.filter(rank=2, until=FOREVER),
        "a customer above and below": Attachment.objects.filter(folder__name="Kaupungintalo"),
        "folders handed over": Attachment.objects.filter(
            folder__attachments__until=F("since"), since__day=16, customer__customer_type="housing"
        ),
        "an attachment that ended": Attachment.objects.filter(until__lte=today, customer__closed_on=None).exclude(
            folder__attachments__until=FOREVER
        ),
        "a closed customer": Customer.objects.filter(closed_on__isnull=False),
        "a folder moved for good": Placement.objects.exclude(since=ALWAYS).filter(until=FOREVER),
        "a folder moved for some days": Placement.objects.exclude(since=ALWAYS).exclude(until=FOREVER),
        "a spot moved for good": SpotPlacement.objects.exclude(since=ALWAYS).filter(until=FOREVER),
        "a spot moved for some days": SpotPlacement.objects.exclude(since=ALWAYS).exclude(until=FOREVER),
        "a work order without a customer": Task.objects.filter(
            work_order__customer=None, work_order__isnull=False, spot=None
        ),
        "work that nobody owns": Task.objects.filter(folder__isnull=False).exclude(
            folder__in=Coverage.objects.values("folder")
        ),
        "a request with no place": ServiceRequest.objects.filter(folder=None),
    }
    assert [case for case, there in cases.items() if not there] == []


def test_each_state_is_overdue_due_today_and_ahead(piece: list[str]) -> None:
    today = timezone.localdate()
    for due in (Q(due_on__lt=today), Q(due_on=today), Q(due_on__gt=today)):
        assert set(Task.objects.filter(due).values_list("state", flat=True)) == set(Task.State)
    assert set(ServiceRequest.objects.values_list("state", flat=True)) == set(ServiceRequest.State)


def test_work_was_done_on_the_day_of_each_move_and_on_the_day_before(piece: list[str]) -> None:
    moves = SpotPlacement.objects.exclude(since=ALWAYS)
    done = moves.filter(spot__tasks__state="done", spot__tasks__done_on=F("since"), spot__tasks__folder=F("folder"))
    assert done.distinct().count() == moves.count() > 10


def test_its_further_work_orders_are_numbered_with_the_others(piece: list[str]) -> None:
    numbers = list(WorkOrder.objects.order_by("pk").values_list("number", flat=True))
    expected = [f"{year}-{n}" for year, last in sorted(WorkOrderCounter.objects.values_list("year", "last"))
                for n in range(1, last + 1)]  # fmt: skip
    assert numbers == expected
    assert not Task.objects.unfinished().filter(work_order__closed_on__isnull=False).exists()
    assert not WorkOrder.objects.annotate(n=Count("tasks")).filter(n__lt=4).exists()


def test_the_largest_manager_is_the_one_of_its_size(piece: list[str]) -> None:
    folder = Folder.objects.filter(parent__name="Porvoo", name__startswith="Porvoon Isännöinti").earliest("pk")
    assert 90 <= len(branch([folder.pk])) < 130


def test_work_is_found_by_the_thing_in_its_name(piece: list[str]) -> None:
    for model in (Task, ServiceRequest, WorkOrder):
        rows = list(model._default_manager.values_list("name", "search_key"))
        assert [name for name, key in rows if key != search_key(name)] == []
    named = Task.objects.filter(name__endswith=F("spot__name"))
    assert 0.15 < named.count() / Task.objects.count() < 0.35


def test_its_rows_would_pass_the_forms(piece: list[str]) -> None:
    for model, step in ((Customer, 3), (WorkOrder, 5), (Folder, 20), (Spot, 100), (Task, 100), (ServiceRequest, 50)):
        for row in model._default_manager.order_by("pk")[::step]:
            row.full_clean(validate_unique=False)
