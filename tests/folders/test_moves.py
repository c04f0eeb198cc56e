"""Moving folders and spots in the browser: what changes is said first, and nothing is moved until that is confirmed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.ownership import attach, move_folder
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation, Placement, Spot
from tests import factories
from workorders.places import move_spot

MARCH = date(2026, 3, 1)


def places(thing: Folder | Spot) -> list[tuple[Any, date, date]]:
    """(where, since, until), newest first."""
    where = "parent" if isinstance(thing, Folder) else "folder"
    return [(getattr(row, where), row.since, row.until) for row in thing.placements.order_by("-since")]


@pytest.fixture
def company(db: None) -> Folder:
    return factories.folder("As Oy Puistola", factories.folder("Virtanen"))


@pytest.fixture
def manager(db: None) -> Folder:
    return factories.folder("Lauttasaari")


def test_a_move_says_first_what_changes_owner_and_is_made_when_that_is_confirmed(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    virtanen, lauttasaari = factories.customer("Virtanen Oy"), factories.customer("Lauttasaari Oy")
    assert company.parent is not None
    attach(virtanen, company.parent, by=None)
    attach(lauttasaari, manager, by=None)
    spot = factories.spot(company)
    factories.task(spot, due_on=MARCH)
    factories.task(spot, due_on=MARCH, done_on=MARCH)
    factories.task(spot, due_on=MARCH, done_on=MARCH - timedelta(days=1))
    address, typed = f"/folders/{company.pk}/move/", {"into": manager.pk, "when": "from", "day": "2026-03-01"}
    looked_at = office_client.post(address, typed)
    assert looked_at.status_code == 200
    [line] = looked_at.context["changes"].lines
    assert (line.was, line.becomes) == (virtanen, lauttasaari)
    assert (line.folders, line.spots, line.unfinished, line.done) == (1, 1, 1, 1)
    assert [(r.where, r.since, r.until) for r in looked_at.context["replaced"]] == [(company.parent, MARCH, FOREVER)]
    assert places(company) == [(company.parent, ALWAYS, FOREVER)]
    before, confirmed = company.parent, looked_at.context["form"].fingerprint()
    done = office_client.post(address, typed | {"confirmed": confirmed})
    assert done.headers["Location"] == f"/folders/{company.pk}/"
    assert places(company) == [(manager, MARCH, FOREVER), (before, ALWAYS, MARCH)]
    company.refresh_from_db()
    assert company.parent == manager


def test_a_confirmation_of_other_days_than_were_looked_at_moves_nothing(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    address, typed = f"/folders/{company.pk}/move/", {"into": manager.pk, "when": "from", "day": "2026-03-01"}
    confirmed = office_client.post(address, typed).context["form"].fingerprint()
    again = office_client.post(address, typed | {"day": "2026-02-01", "confirmed": confirmed})
    assert (again.status_code, "changes" in again.context) == (200, True)
    assert places(company) == [(company.parent, ALWAYS, FOREVER)]


def test_a_correction_takes_the_days_of_the_place_in_force_unless_others_are_named(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    virtanen, third = company.parent, factories.folder("Kolmas")
    move_folder(company, manager, MARCH, by=None)
    address = f"/folders/{company.pk}/move/"
    form = office_client.get(address).context["form"]
    assert (form["first"].value(), form["last"].value(), form["day"].value()) == (MARCH, None, timezone.localdate())
    typed = {"into": third.pk, "when": "days", "first": "2026-03-01", "last": ""}
    confirmed = office_client.post(address, typed).context["form"].fingerprint()
    office_client.post(address, typed | {"confirmed": confirmed})
    assert places(company) == [(third, MARCH, FOREVER), (virtanen, ALWAYS, MARCH)]


def test_a_correction_of_some_days_ends_with_the_last_of_them_and_always_replaces_all(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    virtanen, address = company.parent, f"/folders/{company.pk}/move/"

    def move(**typed: Any) -> None:
        confirmed = office_client.post(address, typed).context["form"].fingerprint()
        office_client.post(address, typed | {"confirmed": confirmed})

    move(into=manager.pk, when="days", first="1.1.2026", last="31.1.2026")
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    assert places(company) == [
        (virtanen, february, FOREVER),
        (manager, january, february),
        (virtanen, ALWAYS, january),
    ]
    move(into="", when="always")
    assert places(company) == [(None, ALWAYS, FOREVER)]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"when": "from", "day": "2999-01-01"}, "day"),
        ({"when": "from", "day": ""}, "day"),
        ({"when": "from", "day": "31.2.2026"}, "day"),
        ({"when": "days", "first": "2026-02-01", "last": "2026-01-01"}, "__all__"),
        ({"when": "sometimes"}, "when"),
        ({"when": "from", "day": "2026-03-01", "first": "2026-01-01"}, "first"),
        ({"when": "from", "day": "2026-03-01", "last": "2026-01-31"}, "last"),
        ({"when": "always", "into": "999999"}, "into"),
        ({"when": "always", "into": "x"}, "into"),
    ],
)
def test_days_and_places_that_cannot_be_are_refused_and_what_was_typed_is_kept(
    office_client: Client, company: Folder, manager: Folder, typed: dict[str, str], wrong: str
) -> None:
    answer = office_client.post(f"/folders/{company.pk}/move/", {"into": str(manager.pk)} | typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])
    assert answer.context["form"]["when"].value() == typed["when"]
    assert places(company) == [(company.parent, ALWAYS, FOREVER)]
    assert Operation.objects.filter(kind="move_folder").count() == 0


def test_a_correction_until_today_says_that_it_may_end_yesterday_or_be_open(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    today = timezone.localdate()
    address, typed = f"/folders/{company.pk}/move/", {"into": manager.pk, "when": "days", "first": "2026-01-01"}

    def errors(last: date) -> list[str]:
        answer = office_client.post(address, typed | {"last": last.isoformat()})
        return [str(said) for said in answer.context["form"].non_field_errors()]

    sentence = "Korjauksen viimeinen päivä on viimeistään eilinen, tai se on tyhjä: toistaiseksi."
    assert (errors(today), errors(today + timedelta(days=9)), errors(today - timedelta(days=1))) == (
        [sentence],
        [sentence],
        [],
    )


def test_a_place_that_somebody_changed_after_the_look_is_looked_at_again(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    third, spot = factories.folder("Kolmas"), factories.spot(company)
    typed = {"into": third.pk, "when": "from", "day": "2026-03-01"}
    moves: list[tuple[Any, str, Any]] = [
        (company, f"/folders/{company.pk}/move/", move_folder),
        (spot, f"/spots/{spot.pk}/move/", move_spot),
    ]
    for thing, address, move in moves:
        confirmed = office_client.post(address, typed).context["form"].fingerprint()
        move(thing, manager, MARCH, by=None)
        again = office_client.post(address, typed | {"confirmed": confirmed})
        assert (again.status_code, [r.where for r in again.context["replaced"]]) == (200, [manager])
        place = thing.placements.get(until=FOREVER)
        assert getattr(place, "parent" if thing is company else "folder") == manager


def test_a_folder_goes_into_nothing_below_itself_on_any_of_the_days(office_client: Client, company: Folder) -> None:
    low = factories.folder("Kellari", company)
    answer = office_client.post(f"/folders/{company.pk}/move/", {"into": low.pk, "when": "from", "day": "2026-03-01"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["__all__"])
    assert Placement.objects.filter(parent=low).count() == 0


def test_without_javascript_the_search_button_shows_the_form_again_with_its_hits_and_all_that_was_typed(
    office_client: Client, company: Folder, manager: Folder
) -> None:
    typed = {"again": "1", "into_q": "lautta", "when": "days", "day": "2026-03-01", "first": "2026-01-01", "last": ""}
    answer = office_client.post(f"/folders/{company.pk}/move/", typed)
    form = answer.context["form"]
    assert (answer.status_code, form.is_bound, form["when"].value()) == (200, False, "days")
    text = answer.content.decode()
    assert f'name="into" value="{manager.pk}"' in text
    assert f'name="into" value="{company.pk}"' not in text
    assert 'value="2026-01-01"' in text


def test_a_spot_moves_with_its_work_after_it_was_said_how_much(office_client: Client, manager: Folder) -> None:
    here = factories.folder("Puistola")
    old, new = factories.customer("Vanha Oy"), factories.customer("Uusi Oy")
    attach(old, here, by=None)
    attach(new, manager, by=None)
    spot = factories.spot(here)
    task = factories.task(spot, due_on=MARCH)
    done = factories.task(spot, due_on=MARCH, done_on=MARCH - timedelta(days=1))
    address, typed = f"/spots/{spot.pk}/move/", {"into": manager.pk, "when": "from", "day": "1.3.2026"}
    looked_at = office_client.post(address, typed)
    [line] = looked_at.context["changes"].lines
    assert (line.was, line.becomes, line.unfinished, line.done) == (old, new, 1, 0)
    spot.refresh_from_db()
    assert spot.folder == here
    answer = office_client.post(address, typed | {"confirmed": looked_at.context["form"].fingerprint()})
    assert answer.headers["Location"] == f"/spots/{spot.pk}/"
    assert places(spot) == [(manager, MARCH, FOREVER), (here, ALWAYS, MARCH)]
    task.refresh_from_db()
    done.refresh_from_db()
    assert (task.folder, done.folder) == (manager, here)


def test_a_spot_stands_in_a_folder_always(office_client: Client) -> None:
    spot = factories.spot(factories.folder())
    answer = office_client.post(f"/spots/{spot.pk}/move/", {"into": "", "when": "always"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["into"])
