"""Paths, the log of operations and the places of folders and spots over days."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from customers.ownership import move_folder, new_folder
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation, Placement, TreeVersion
from folders.sql.branches import branch
from folders.sql.paths import path_text, paths
from folders.sql.placements import inconsistent_placements
from folders.tree import Refused, delete_spot, new_spot
from tests import factories

pytestmark = pytest.mark.django_db

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)


def places(folder: Folder) -> list[tuple[Folder | None, date, date]]:
    return [(row.parent, row.since, row.until) for row in Placement.objects.filter(folder=folder).order_by("since")]


def test_a_path_names_the_folders_from_the_top_down() -> None:
    top = factories.folder("Isännöinti Virtanen")
    house = factories.folder("As Oy Puistola", top)
    found = paths([house.pk, top.pk])
    assert path_text(found[house.pk]) == "Isännöinti Virtanen / As Oy Puistola"
    assert path_text(found[top.pk]) == "Isännöinti Virtanen"


def test_a_branch_is_the_folder_and_all_below_it_today() -> None:
    top, other = factories.folder(), factories.folder()
    house = factories.folder(parent=top)
    stairs = factories.folder(parent=house)
    assert branch([top.pk]) == {top.pk, house.pk, stairs.pk}
    assert branch([house.pk, other.pk]) == {house.pk, stairs.pk, other.pk}
    move_folder(house, other, MARCH, by=None)
    assert branch([top.pk]) == {top.pk}


def test_a_new_folder_has_been_where_it_is_since_always() -> None:
    top = factories.folder()
    assert places(factories.folder(parent=top)) == [(top, ALWAYS, FOREVER)]


def test_a_move_from_a_day_on_keeps_the_past() -> None:
    old, new = factories.folder(), factories.folder()
    house = factories.folder(parent=old)
    move_folder(house, new, MARCH, by=None)
    assert places(house) == [(old, ALWAYS, MARCH), (new, MARCH, FOREVER)]
    house.refresh_from_db()
    assert house.parent == new


def test_a_correction_replaces_the_days_named_and_keeps_those_outside() -> None:
    old, right = factories.folder(), factories.folder()
    house = factories.folder(parent=old)
    move_folder(house, right, MARCH, MAY, by=None)
    assert places(house) == [(old, ALWAYS, MARCH), (right, MARCH, MAY), (old, MAY, FOREVER)]
    house.refresh_from_db()
    assert house.parent == old
    move_folder(house, right, by=None)  # always
    assert places(house) == [(right, ALWAYS, FOREVER)]


def test_moved_twice_in_a_day_the_last_wins() -> None:
    first, second = factories.folder(), factories.folder()
    house = factories.folder()
    move_folder(house, first, MARCH, by=None)
    move_folder(house, second, MARCH, by=None)
    assert places(house) == [(None, ALWAYS, MARCH), (second, MARCH, FOREVER)]


def test_a_move_into_the_future_is_refused_and_changes_nothing() -> None:
    top, house = factories.folder(), factories.folder()
    tomorrow = timezone.localdate() + timedelta(days=1)
    for since, until in [(tomorrow, FOREVER), (MARCH, tomorrow), (MAY, MARCH), (MAY, MAY)]:
        with pytest.raises(Refused):
            move_folder(house, top, since, until, by=None)
    assert places(house) == [(None, ALWAYS, FOREVER)]


def test_a_folder_is_never_inside_itself_on_any_day() -> None:
    top = factories.folder()
    house = factories.folder(parent=top)
    stairs = factories.folder(parent=house)
    for below in (top, house, stairs):
        with pytest.raises(Refused):
            move_folder(top, below, by=None)
    # Since May the house is elsewhere, so that the top may go below it from May on, and not from March.
    move_folder(house, None, MAY, by=None)
    with pytest.raises(Refused):
        move_folder(top, stairs, MARCH, by=None)
    move_folder(top, stairs, MAY, by=None)
    assert places(top) == [(None, ALWAYS, MAY), (stairs, MAY, FOREVER)]


def test_a_folders_name_fits_a_path() -> None:
    for name in ("", "   ", "A;B", "A / B", "/", "/ A", "A /"):
        with pytest.raises(Refused):
            new_folder(name, by=None)
    assert new_folder("  A/B  2 ", by=None).name == "A/B 2"
    assert Folder.objects.count() == 1


def test_every_operation_is_one_row_of_the_log_with_who_and_what_it_replaced(office: User) -> None:
    old = new_folder("Vanha", by=office)
    house = new_folder("Talo", old, by=office)
    move_folder(house, None, MARCH, by=office)
    rows = list(Operation.objects.order_by("number"))
    assert [row.kind for row in rows] == ["new_folder", "new_folder", "move_folder"]
    assert [row.user for row in rows] == [office] * 3
    assert rows[-1].number == TreeVersion.objects.get().number
    assert rows[-1].arguments == {
        "folder": house.pk,
        "parent": None,
        "since": "2026-03-01",
        "until": "9999-12-31",
    }
    assert [(row["parent_id"], row["since"], row["until"]) for row in rows[-1].replaced] == [
        (old.pk, "0001-01-01", "9999-12-31")
    ]
    assert "Vanha" not in str([(row.arguments, row.replaced) for row in rows])


def test_a_refused_operation_leaves_no_row_in_the_log() -> None:
    house = factories.folder()
    before = Operation.objects.count()
    with pytest.raises(Refused):
        move_folder(house, house, by=None)
    assert Operation.objects.count() == before


def test_a_spot_that_work_was_done_on_is_not_deleted() -> None:
    unused, used = factories.spot(factories.folder()), factories.spot(factories.folder())
    factories.task(used)
    delete_spot(unused, by=None)
    with pytest.raises(Refused):
        delete_spot(used, by=None)
    assert inconsistent_placements() == []


def test_a_spot_needs_a_name() -> None:
    folder = factories.folder()
    with pytest.raises(Refused):
        new_spot(folder, "  ", by=None)
