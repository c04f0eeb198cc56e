"""A folder's own pages, and making, renaming and deleting it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.ownership import attach, move_folder
from folders.models import Folder, Operation
from tests import factories
from tests.folders.many import many_folders, many_spots
from tests.pages import send, version

pytestmark = pytest.mark.once


def test_the_folder_says_whose_it_is_who_collects_too_and_who_had_it_before(office_client: Client) -> None:
    manager, company = factories.customer("Isännöinti Virtanen Oy"), factories.customer("As Oy Puistola")
    above = factories.folder("Virtanen")
    folder = factories.folder("Puistola", above)
    attach(manager, above, date(2023, 1, 1), by=None)
    attach(company, folder, date(2026, 1, 1), by=None)
    page = office_client.get(f"/folders/{folder.pk}/")
    context = page.context
    assert [name for _pk, name in context["path"]] == ["Virtanen"]
    assert (context["owner"].customer, [row.customer for row in context["others"]]) == (company, [manager])
    assert [stretch.customer for stretch in context["stretches"]] == [company, manager, None]
    text = page.content.decode()
    assert "1.1.2026 –" in text
    assert "31.12.2025" in text


def test_the_story_is_drawn_when_there_is_one_with_each_bar_as_long_as_its_days(office_client: Client) -> None:
    above, folder = factories.folder("Virtanen"), factories.folder("Puistola")
    assert office_client.get(f"/folders/{folder.pk}/").context["timeline"] is None
    manager, company = factories.customer("Isännöinti Virtanen Oy"), factories.customer("As Oy Puistola")
    attach(manager, above, by=None)
    attach(company, folder, date(2020, 1, 1), date(2022, 1, 1), by=None)
    move_folder(folder, above, date(2021, 1, 1), by=None)
    drawn = office_client.get(f"/folders/{folder.pk}/").context["timeline"]
    bars = [(bar.kind, bar.title, bar.url) for bar in drawn.owners]
    with translation.override("fi"):
        unowned = gettext("Unowned")
    assert bars == [
        ("owned", "Isännöinti Virtanen Oy: 1.1.2022 –", f"/customers/{manager.pk}/"),
        ("owned", "As Oy Puistola: 1.1.2020 – 31.12.2021", f"/customers/{company.pk}/"),
        ("unowned", f"{unowned}: – 31.12.2019", ""),
    ]
    assert [bar.title for bar in drawn.others] == ["Isännöinti Virtanen Oy: 1.1.2021 – 31.12.2021"]
    assert drawn.places[1].x == drawn.others[0].x
    two_years, one_year = drawn.owners[1].width, drawn.others[0].width
    assert abs(two_years - 2 * one_year) <= 4
    narrow = drawn.narrow  # for a phone: the same, and all of it inside
    assert [bar.title for bar in narrow.owners] == [bar.title for bar in drawn.owners]
    for drawing, right in ((drawn, 1100), (narrow, 340)):
        assert all(
            0 <= bar.x < bar.x + bar.width <= right for bar in (*drawing.owners, *drawing.others, *drawing.places)
        )
        assert all(0 <= x <= right - 6 * len(year) for x, year in drawing.years)


def test_the_figures_count_the_whole_branch_as_of_today(office_client: Client) -> None:
    today = timezone.localdate()
    folder = factories.folder("Puistola")
    low = factories.folder("Kellari", factories.folder("A-talo", folder))
    pump, lift = factories.spot(low), factories.spot(folder, state="faulty")
    factories.task(pump, due_on=today - timedelta(days=1))
    factories.task(lift, due_on=today)
    factories.task(lift, due_on=today, done_on=today)
    factories.request(pump, received_on=today, role=factories.role(), state="in_progress")
    context = office_client.get(f"/folders/{folder.pk}/").context
    assert context["figures"] == {"folders": 2, "spots": 2, "faulty": 1, "unfinished": 2, "overdue": 1, "requests": 1}
    assert [(child.name, counts["unfinished"]) for child, counts in context["children"]] == [("A-talo", 1)]


def test_the_history_has_every_place_and_every_owner(office_client: Client) -> None:
    here, there = factories.folder("Täällä"), factories.folder("Tuolla")
    folder = factories.folder("Puistola", here)
    move_folder(folder, there, date(2025, 3, 1), by=None)
    context = office_client.get(f"/folders/{folder.pk}/history/").context
    assert [(place.parent, place.since) for place in context["places"]] == [
        (there, date(2025, 3, 1)),
        (here, date.min),
    ]
    assert len(context["stretches"]) == 1


def test_the_spots_right_here_are_listed_and_those_below_counted(office_client: Client) -> None:
    folder = factories.folder()
    factories.spot(folder, "Hissi 10")
    factories.spot(folder, "Hissi 2")
    factories.spot(factories.folder(parent=folder), "Pumppu")
    context = office_client.get(f"/folders/{folder.pk}/spots/").context
    assert ([spot.name for spot in context["page"]], context["spots_below"]) == (["Hissi 2", "Hissi 10"], 3)


def test_who_sees_no_customers_sees_the_folder_without_them(db: None) -> None:
    folder = factories.folder()
    attach(factories.customer("Puistola Oy"), folder, by=None)
    client = Client()
    client.force_login(factories.user("kansiot@spotilla.example", "folders.view_folder"))
    for tab in ("", "history/"):
        answer = client.get(f"/folders/{folder.pk}/{tab}")
        assert answer.status_code == 200
        assert "Puistola Oy" not in answer.content.decode()
    assert client.get(f"/folders/{folder.pk}/spots/").status_code == 403


PAGES = ("", "branch/", "history/", "spots/")
CHANGES = ("new/", "edit/", "move/", "delete/", "spots/new/")


@pytest.mark.parametrize("tab", [*PAGES, *CHANGES])
def test_a_folder_is_for_those_who_may(
    office_client: Client, colleague_client: Client, stranger_client: Client, tab: str
) -> None:
    """The colleague sees and changes nothing; the stranger does neither."""
    address = f"/folders/{factories.folder().pk}/{tab}"
    assert Client().get(address).status_code == 302
    assert stranger_client.get(address).status_code == 403
    assert colleague_client.get(address).status_code == (200 if tab in PAGES else 403)
    assert office_client.get(address).status_code == 200
    assert office_client.get(f"/folders/999999/{tab}").status_code == 404


def test_the_right_to_change_shows_nothing_that_may_not_be_seen(db: None) -> None:
    folder, client = factories.folder(), Client()
    client.force_login(factories.user("muuttaja@spotilla.example", "folders.change_folder"))
    assert client.get(f"/folders/{folder.pk}/edit/").status_code == 404


def test_a_new_folder_stands_where_it_was_made_and_takes_the_owner_from_above(
    office: User, office_client: Client
) -> None:
    above, customer = factories.folder("Virtanen"), factories.customer()
    attach(customer, above, by=None)
    answer = office_client.post(f"/folders/{above.pk}/new/", {"name": "  As Oy   Puistola ", "description": "Kuvaus"})
    folder = Folder.objects.get(parent=above)
    assert answer.headers["Location"] == f"/folders/{folder.pk}/"
    assert (folder.name, folder.description) == ("As Oy Puistola", "Kuvaus")
    assert office_client.get(f"/folders/{folder.pk}/").context["owner"].customer == customer
    operation = Operation.objects.latest("number")
    assert (operation.kind, operation.user) == ("new_folder", office)


@pytest.mark.parametrize("name", ["", "   ", "A / B", "A; B", "x" * 201])
def test_a_name_that_a_folder_cannot_have_is_refused_and_kept_on_the_form(office_client: Client, name: str) -> None:
    answer = office_client.post("/folders/new/", {"name": name, "description": "Kirjoitettu"})
    assert answer.status_code == 422
    assert "Kirjoitettu" in answer.content.decode()
    assert list(answer.context["form"].errors) in (["name"], ["__all__"])
    assert Folder.objects.count() == 0


def test_a_folder_is_renamed_and_found_by_its_new_name(office_client: Client) -> None:
    above = factories.folder("Ylä")
    folder = factories.folder("Vanha", above)
    typed = {"name": "Äijälä", "description": ""}
    answer = send(office_client, f"/folders/{folder.pk}/edit/", typed)
    assert answer.headers["Location"] == f"/folders/{folder.pk}/"
    folder.refresh_from_db()
    assert (folder.name, folder.parent) == ("Äijälä", above)
    assert [f.name for f in Folder.objects.matching("äij")] == ["Äijälä"]
    refused = office_client.post(f"/folders/{folder.pk}/edit/", {"name": "A / B"})
    assert refused.status_code == 422
    folder.refresh_from_db()
    assert folder.name == "Äijälä"


def test_who_was_overtaken_in_editing_a_folder_overwrites_nothing_and_a_move_meanwhile_stays(
    office_client: Client,
) -> None:
    above, other = factories.folder("Ylä"), factories.folder("Muu")
    folder = factories.folder("Vanha", above)
    address = f"/folders/{folder.pk}/edit/"
    mine = {"name": "Minun", "description": ""} | version(office_client, address)
    Folder.objects.filter(pk=folder.pk).update(name="Toisen")
    refused = office_client.post(f"/folders/{folder.pk}/edit/", mine)
    assert refused.status_code == 422
    assert "Toisen" in refused.content.decode()
    folder.refresh_from_db()
    mine |= version(office_client, address)
    move_folder(folder, other, by=None)
    assert office_client.post(f"/folders/{folder.pk}/edit/", mine).status_code == 302
    folder.refresh_from_db()
    assert (folder.name, folder.parent) == ("Minun", other)


def test_a_folder_is_deleted_only_when_nothing_ever_referred_to_it(office_client: Client) -> None:
    above = factories.folder("Ylä")
    factories.folder("Ala", above)
    refused = office_client.post(f"/folders/{above.pk}/delete/")
    assert (refused.status_code, Folder.objects.count()) == (422, 2)
    assert refused.context["refusal"].messages[0] in refused.content.decode().replace("&#x27;", "'")
    empty = factories.folder("Turha", above)
    done = office_client.post(f"/folders/{empty.pk}/delete/")
    assert (done.headers["Location"], Folder.objects.filter(pk=empty.pk).exists()) == ("/folders/", False)


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_a_folder_costs_as_much_with_many_below_as_with_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    folder = factories.folder()
    many_folders(rows, folder)
    many_spots(rows, folder)
    with django_assert_num_queries(13):
        # session, user, the folder, its collectors and path, count and page of children, their figures and its own,
        # the owners in time, its places and who collected too, the children's owners
        office_client.get(f"/folders/{folder.pk}/")
    with django_assert_num_queries(10):
        # session, user, the folder, its collectors and path, count and page, two figures, the number below
        office_client.get(f"/folders/{folder.pk}/spots/")
