"""Whatever was damaged past the operations, the check names it and the repair mends it."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from customers.ownership import attach
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement
from spotilla.sql import execute
from tests import factories
from workorders.models import ServiceRequest, Task
from workorders.places import move_spot

CLEAN = "Coverage, places and the folders of work are as they should be.\n"


class World:
    """A manager above, a housing company below, a spot that came from the yard, work on it."""

    def __init__(self) -> None:
        self.manager_folder = factories.folder("Isännöinti")
        self.house = factories.folder("Puistola", self.manager_folder)
        self.yard = factories.folder("Piha")
        self.manager = factories.customer("Isännöinti Oy")
        self.owner = factories.customer("As Oy Puistola")
        attach(self.manager, self.manager_folder, by=None)
        attach(self.owner, self.house, date(2026, 1, 1), by=None)
        self.spot = factories.spot(self.yard, "Pumppu")
        move_spot(self.spot, self.house, date(2026, 3, 1), by=None)
        self.done = factories.task(self.spot, name="Tarkastus", due_on=date(2026, 2, 1), done_on=date(2026, 2, 1))
        self.open = factories.task(self.spot, name="Huolto")
        self.request = factories.request(self.spot, name="Vuoto", received_on=date(2026, 2, 1))


@pytest.fixture
def world(db: None) -> World:
    return World()


def check(*, repair: bool = False) -> tuple[bool, list[str]]:
    """Whether all is well, and what the command said, in English."""
    out = StringIO()
    with translation.override("en"):
        try:
            call_command("check_coverage", repair=repair, stdout=out)
        except CommandError as error:
            return False, [*out.getvalue().splitlines(), str(error)]
    return True, out.getvalue().splitlines()


def assert_named_and_mended(*said: str) -> None:
    count = f"{len(said)} difference{'' if len(said) == 1 else 's'}."
    assert check() == (False, [*said, count])
    assert check(repair=True) == (True, [*said, "Repaired; checking again.", *CLEAN.splitlines()])
    assert check() == (True, CLEAN.splitlines())


def test_a_sound_world_has_nothing_to_say(world: World) -> None:
    assert check() == (True, CLEAN.splitlines())


def test_an_empty_installation_has_nothing_to_say(db: None) -> None:
    assert check() == (True, CLEAN.splitlines())


def test_coverage_that_is_missing_is_named_and_mended(world: World) -> None:
    execute("DELETE FROM customers_coverage WHERE folder_id = %(house)s AND rank = 1", house=world.house.pk)
    assert_named_and_mended(
        f"Missing coverage: folder {world.house.pk} “Isännöinti / Puistola”, 1.1.2026 –: "
        f"customer {world.manager.pk} “Isännöinti Oy”, rank 1."
    )


def test_coverage_that_should_not_be_is_named_and_mended(world: World) -> None:
    execute(
        "INSERT INTO customers_coverage (folder_id, rank, since, until, attachment_id, customer_id) SELECT "
        "%(yard)s, 0, %(since)s::date, %(until)s::date, attachment_id, customer_id FROM customers_coverage "
        "WHERE customer_id = %(owner)s",
        yard=world.yard.pk,
        owner=world.owner.pk,
        since=date(2026, 1, 1),
        until=date(2026, 2, 1),
    )
    assert_named_and_mended(
        f"Wrong coverage: folder {world.yard.pk} “Piha”, 1.1.2026 – 31.1.2026: "
        f"customer {world.owner.pk} “As Oy Puistola”, rank 0."
    )


def test_coverage_with_wrong_days_is_named_as_it_is_and_as_it_should_be(world: World) -> None:
    execute(
        "UPDATE customers_coverage SET until = %(day)s::date WHERE customer_id = %(owner)s",
        owner=world.owner.pk,
        day=date(2026, 5, 1),
    )
    place = f"folder {world.house.pk} “Isännöinti / Puistola”"
    owner = f"customer {world.owner.pk} “As Oy Puistola”, rank 0."
    assert_named_and_mended(
        f"Missing coverage: {place}, 1.1.2026 –: {owner}", f"Wrong coverage: {place}, 1.1.2026 – 30.4.2026: {owner}"
    )


def test_coverage_of_another_customer_is_named_and_mended(world: World) -> None:
    execute(
        "UPDATE customers_coverage SET customer_id = %(manager)s WHERE customer_id = %(owner)s",
        owner=world.owner.pk,
        manager=world.manager.pk,
    )
    place = f"folder {world.house.pk} “Isännöinti / Puistola”, 1.1.2026 –"
    assert_named_and_mended(
        f"Missing coverage: {place}: customer {world.owner.pk} “As Oy Puistola”, rank 0.",
        f"Wrong coverage: {place}: customer {world.manager.pk} “Isännöinti Oy”, rank 0.",
    )


def test_a_folder_whose_parent_is_not_its_histories_is_named_and_put_back(world: World) -> None:
    execute("UPDATE folders_folder SET parent_id = NULL WHERE id = %(house)s", house=world.house.pk)
    assert_named_and_mended(
        f"folder {world.house.pk} “Puistola” is today elsewhere than its history says, or its history has a gap."
    )
    assert Folder.objects.get(pk=world.house.pk).parent == world.manager_folder


def test_a_spot_whose_folder_is_not_its_histories_is_named_and_put_back(world: World) -> None:
    execute("UPDATE folders_spot SET folder_id = %(yard)s WHERE id = %(spot)s", yard=world.yard.pk, spot=world.spot.pk)
    assert_named_and_mended(
        f"spot {world.spot.pk} “Pumppu” is today elsewhere than its history says, or its history has a gap."
    )
    assert Spot.objects.get(pk=world.spot.pk).folder == world.house


def test_a_folder_that_has_lost_its_history_is_named_and_stays_where_it_is_today(world: World) -> None:
    execute("DELETE FROM folders_placement WHERE folder_id = %(house)s", house=world.house.pk)
    found, said = check()
    assert not found
    assert said[0] == (
        f"folder {world.house.pk} “Puistola” is today elsewhere than its history says, or its history has a gap."
    )
    assert check(repair=True)[0]
    assert list(Placement.objects.filter(folder=world.house).values_list("parent", "since", "until")) == [
        (world.manager_folder.pk, date.min, date.max)
    ]


def test_a_gap_in_the_history_of_a_spot_goes_to_the_place_after_it(world: World) -> None:
    execute("DELETE FROM folders_spotplacement WHERE spot_id = %(spot)s AND since = %(first)s::date",
            spot=world.spot.pk, first=date.min)  # fmt: skip
    found, said = check()
    assert not found
    assert said[0] == (
        f"spot {world.spot.pk} “Pumppu” is today elsewhere than its history says, or its history has a gap."
    )
    assert check(repair=True)[0]
    assert list(SpotPlacement.objects.filter(spot=world.spot).values_list("folder", "since", "until")) == [
        (world.house.pk, date.min, date.max)
    ]
    assert Task.objects.get(pk=world.done.pk).folder == world.house


def test_a_spot_without_an_open_end_stays_in_the_folder_it_is_in_today(world: World) -> None:
    execute(
        "UPDATE folders_spotplacement SET until = %(day)s::date WHERE spot_id = %(spot)s AND until = %(last)s::date",
        day=date(2026, 4, 1),
        spot=world.spot.pk,
        last=date.max,
    )
    assert not check()[0]
    assert check(repair=True)[0]
    rows = SpotPlacement.objects.filter(spot=world.spot).order_by("since").values_list("folder", "since", "until")
    assert list(rows) == [
        (world.yard.pk, date.min, date(2026, 3, 1)),
        (world.house.pk, date(2026, 3, 1), date(2026, 4, 1)),
        (world.house.pk, date(2026, 4, 1), date.max),
    ]


def test_a_folder_inside_itself_is_named_and_left_to_people(world: World) -> None:
    execute(
        "UPDATE folders_placement SET parent_id = %(house)s WHERE folder_id = %(above)s",
        house=world.house.pk,
        above=world.manager_folder.pk,
    )
    said = [
        f"folder {folder.pk} “{folder}” lies inside itself on some days; move it, it cannot be repaired here."
        for folder in (world.manager_folder, world.house)
    ]
    assert check()[1][:2] == said
    found, after = check(repair=True)
    assert not found
    assert after[-3:] == [*said, "2 differences."]


def test_done_work_in_a_wrong_folder_is_named_and_mended(world: World) -> None:
    execute(
        "UPDATE workorders_task SET folder_id = %(house)s WHERE id = %(pk)s", house=world.house.pk, pk=world.done.pk
    )
    assert_named_and_mended(
        f"task {world.done.pk} “Tarkastus” is kept in folder {world.house.pk} “Isännöinti / Puistola”, "
        f"but belongs in folder {world.yard.pk} “Piha”."
    )
    assert Task.objects.get(pk=world.done.pk).folder == world.yard


def test_unfinished_work_in_a_wrong_folder_is_named_and_mended(world: World) -> None:
    execute("UPDATE workorders_task SET folder_id = %(yard)s WHERE id = %(pk)s", yard=world.yard.pk, pk=world.open.pk)
    assert_named_and_mended(
        f"task {world.open.pk} “Huolto” is kept in folder {world.yard.pk} “Piha”, "
        f"but belongs in folder {world.house.pk} “Isännöinti / Puistola”."
    )


def test_a_request_in_a_wrong_folder_is_named_and_mended(world: World) -> None:
    execute(
        "UPDATE workorders_servicerequest SET folder_id = %(yard)s, received_folder_id = %(house)s WHERE id = %(pk)s",
        yard=world.yard.pk,
        house=world.house.pk,
        pk=world.request.pk,
    )
    house, yard = f"folder {world.house.pk} “Isännöinti / Puistola”", f"folder {world.yard.pk} “Piha”"
    assert_named_and_mended(
        f"service request {world.request.pk} “Vuoto” is kept in {yard}, but belongs in {house}.",
        f"service request {world.request.pk} “Vuoto” is kept as received in {house}, but was received in {yard}.",
    )
    request = ServiceRequest.objects.get(pk=world.request.pk)
    assert (request.folder, request.received_folder) == (world.house, world.yard)


def test_of_more_than_a_hundred_differences_the_first_are_named_and_the_rest_counted(world: World) -> None:
    for n in range(105):
        factories.task(world.spot, name=f"Kierros {n}")
    execute("UPDATE workorders_task SET folder_id = %(yard)s WHERE state = 'open'", yard=world.yard.pk)
    _found, said = check()
    assert len(said) == 102
    assert said[100:] == ["… and 6 more.", "106 differences."]


def test_a_repair_is_one_row_of_the_log(world: World) -> None:
    execute("DELETE FROM customers_coverage")
    before = set(Operation.objects.values_list("pk", flat=True))
    assert check(repair=True)[0]
    row = Operation.objects.exclude(pk__in=before).get()
    assert (row.kind, row.arguments, row.user) == ("repair", {"differences": 4}, None)


def test_a_sound_world_is_left_alone_by_a_repair(world: World) -> None:
    before = Operation.objects.count()
    assert check(repair=True) == (True, CLEAN.splitlines())
    assert Operation.objects.count() == before
