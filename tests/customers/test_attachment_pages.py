"""Attaching, changing the days, ending and handing over by the pages: first a look, then exactly what was looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from customers import kinds
from customers.models import Attachment, Customer
from customers.ownership import attach, close_customer, hand_over, redate
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation
from spotilla.days import last_day
from tests import factories
from tests.customers.worlds import busy
from tests.folders.many import many_folders

pytestmark = pytest.mark.once


LAST = last_day(timezone.localdate())

type Days = tuple[date, date]


def look(client: Client, address: str, **fields: Any) -> HttpResponse:
    return client.post(address, fields)  # type: ignore[return-value]


def confirm(client: Client, address: str, **fields: Any) -> HttpResponse:
    """Looks, and confirms what was seen."""
    seen: Any = client.post(address, fields)
    return client.post(address, fields | {"confirmed": seen.context["confirm"]})  # type: ignore[return-value]


def days_of(folder: Folder) -> list[tuple[Customer, date, date]]:
    rows = Attachment.objects.filter(folder=folder).select_related("customer").order_by("since")
    return [(row.customer, row.since, row.until) for row in rows]


@pytest.fixture
def customer(db: None) -> Customer:
    return factories.customer("As Oy Puistola")


@pytest.fixture
def folder(db: None) -> Folder:
    return factories.folder("Puistola")


# ---- attaching -------------------------------------------------------------------------------------------------------


def test_the_form_offers_today_and_a_day_or_always(office_client: Client, customer: Customer) -> None:
    form = office_client.get(f"/customers/{customer.pk}/attach/").context["form"]
    assert (form["begins"].value(), form["first"].value(), form["last"].value()) == ("day", timezone.localdate(), None)
    assert [value for value, _label in form.fields["begins"].choices] == ["day", "always"]


def test_the_look_says_how_much_work_goes_from_whom_to_whom_and_saves_nothing(
    office_client: Client, customer: Customer
) -> None:
    manager, above = factories.customer("Isännöinti Oy"), factories.folder()
    folder = factories.folder(parent=above)
    attach(manager, above, by=None)
    busy(folder, unfinished=2, done=3)
    seen: Any = look(
        office_client, f"/customers/{customer.pk}/attach/", folder=folder.pk, begins="always", first="", last=""
    )
    assert seen.status_code == 200
    [line] = seen.context["changes"].lines
    assert (line.was, line.becomes) == (manager, customer)
    assert (line.folders, line.spots, line.unfinished, line.done, line.requests) == (1, 1, 2, 3, 0)
    assert days_of(folder) == []
    assert Operation.objects.filter(kind=kinds.ATTACH).count() == 1


@pytest.mark.parametrize(
    ("begins", "first", "last", "kept"),
    [
        ("always", "", "", (ALWAYS, FOREVER)),
        ("day", "2026-03-01", "", (date(2026, 3, 1), FOREVER)),
        ("day", "1.3.2026", "31.5.2026", (date(2026, 3, 1), date(2026, 6, 1))),
        ("day", "2026-03-01", "2026-03-01", (date(2026, 3, 1), date(2026, 3, 2))),
        ("always", "2026-03-01", "2026-05-31", (ALWAYS, date(2026, 6, 1))),
        ("day", "2027-01-01", LAST.isoformat(), (date(2027, 1, 1), LAST + timedelta(days=1))),
    ],
)
def test_a_folder_is_attached_over_the_days_as_people_say_them(
    office_client: Client, customer: Customer, folder: Folder, begins: str, first: str, last: str, kept: Days
) -> None:
    address = f"/customers/{customer.pk}/attach/"
    answer = confirm(office_client, address, folder=folder.pk, begins=begins, first=first, last=last)
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{customer.pk}/")
    assert days_of(folder) == [(customer, *kept)]


def test_a_customer_is_attached_from_the_folders_page_too(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    fields = {"customer": customer.pk, "begins": "day", "first": "2026-03-01", "last": ""}
    answer = confirm(office_client, f"/folders/{folder.pk}/attach/", **fields)
    assert (answer.status_code, answer["Location"]) == (302, f"/folders/{folder.pk}/")
    assert days_of(folder) == [(customer, date(2026, 3, 1), FOREVER)]


def test_what_was_changed_after_the_look_is_looked_at_again_before_it_is_saved(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    address = f"/customers/{customer.pk}/attach/"
    fields = {"folder": folder.pk, "begins": "day", "first": "2026-03-01", "last": ""}
    seen: Any = look(office_client, address, **fields)
    changed: Any = look(
        office_client, address, **fields | {"first": "2026-04-01", "confirmed": seen.context["confirm"]}
    )
    assert (changed.status_code, changed.context["changed"]) == (200, True)
    assert days_of(folder) == []
    office_client.post(address, fields | {"first": "2026-04-01", "confirmed": changed.context["confirm"]})
    assert days_of(folder) == [(customer, date(2026, 4, 1), FOREVER)]


def test_the_same_confirmation_sent_twice_attaches_once_and_says_why(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    address = f"/customers/{customer.pk}/attach/"
    fields = {"folder": folder.pk, "begins": "always", "first": "", "last": ""}
    seen: Any = look(office_client, address, **fields)
    sent = fields | {"confirmed": seen.context["confirm"]}
    assert [office_client.post(address, sent).status_code for _ in range(2)] == [302, 422]
    assert days_of(folder) == [(customer, ALWAYS, FOREVER)]


def test_a_folder_of_another_customers_is_refused_with_the_way_to_a_hand_over(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    owner = factories.customer("Isännöinti Oy")
    taken = attach(owner, folder, by=None)
    fields = {"folder": folder.pk, "begins": "day", "first": "2026-03-01", "last": ""}
    answer: Any = look(office_client, f"/customers/{customer.pk}/attach/", **fields)
    assert answer.status_code == 422
    assert "Isännöinti Oy" in " ".join(answer.context["form"].non_field_errors())
    assert f'href="/attachments/{taken.pk}/hand-over/?customer={customer.pk}"' in answer.content.decode()
    assert days_of(folder) == [(owner, ALWAYS, FOREVER)]
    start = office_client.get(f"/attachments/{taken.pk}/hand-over/?customer={customer.pk}").context["form"]
    assert int(start["customer"].value()) == customer.pk


def test_what_is_missing_is_said_and_what_was_typed_stays(office_client: Client, customer: Customer) -> None:
    answer: Any = look(office_client, f"/customers/{customer.pk}/attach/", begins="day", first="", last="2026-05-31")
    form = answer.context["form"]
    assert (answer.status_code, sorted(form.errors)) == (422, ["first", "folder"])
    assert form["last"].value() == "2026-05-31"


def test_days_the_wrong_way_round_are_refused(office_client: Client, customer: Customer, folder: Folder) -> None:
    fields = {"folder": folder.pk, "begins": "day", "first": "2026-03-01", "last": "2026-02-01"}
    answer: Any = look(office_client, f"/customers/{customer.pk}/attach/", **fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["__all__"])
    assert days_of(folder) == []


def test_a_closed_customer_is_not_offered_and_is_refused(office_client: Client, folder: Folder) -> None:
    closed = factories.customer("Lopettanut Oy")
    close_customer(closed, timezone.localdate(), by=None)
    assert "Lopettanut" not in office_client.get("/customers/choices/?name=customer").content.decode()
    fields = {"begins": "always", "first": "", "last": ""}
    there = look(office_client, f"/folders/{folder.pk}/attach/", customer=closed.pk, **fields)
    here = look(office_client, f"/customers/{closed.pk}/attach/", folder=folder.pk, **fields)
    assert (there.status_code, here.status_code, days_of(folder)) == (422, 422, [])
    for answer in (there, here):
        assert "Asiakas Lopettanut Oy on suljettu" in answer.content.decode()
    mine = attach(factories.customer(), folder, date(2026, 3, 1), by=None)
    refused: Any = look(office_client, f"/attachments/{mine.pk}/hand-over/", customer=closed.pk, day="2026-05-01")
    assert (refused.status_code, "Asiakas Lopettanut Oy on suljettu" in refused.content.decode()) == (422, True)


# ---- the tree to choose from -----------------------------------------------------------------------------------------


def test_the_tree_opens_a_branch_at_a_time_and_keeps_what_was_typed_without_javascript(
    office_client: Client, customer: Customer
) -> None:
    top = factories.folder("Isännöinti")
    factories.folder("A-talo", factories.folder("Puistola", top))
    address = f"/customers/{customer.pk}/attach/"

    def shown(page: Any) -> list[tuple[str, int]]:
        rows = page.context["form"].fields["folder"].widget.rows
        return [(row.folder.name, row.level) for row in rows]

    assert shown(office_client.get(address)) == [("Isännöinti", 1)]
    opened = office_client.post(f"{address}?open={top.pk}", {"again": "1", "begins": "always", "last": "2026-05-31"})
    assert (opened.status_code, shown(opened)) == (200, [("Isännöinti", 1), ("Puistola", 2)])
    form = opened.context["form"]
    assert (form["begins"].value(), form["last"].value(), form.errors) == ("always", "2026-05-31", {})


def test_the_way_down_to_the_chosen_folder_is_open(office_client: Client, customer: Customer) -> None:
    low = factories.folder("A-talo", factories.folder("Puistola", factories.folder("Isännöinti")))
    form = office_client.get(f"/customers/{customer.pk}/attach/?folder={low.pk}").context["form"]
    assert [row.folder.name for row in form.fields["folder"].widget.rows] == ["Isännöinti", "Puistola", "A-talo"]


def test_the_tree_says_who_owns_each_folder_and_which_have_a_customer_of_their_own(
    office_client: Client, customer: Customer
) -> None:
    top = factories.folder("Isännöinti")
    factories.folder("Puistola", top)
    attach(customer, top, by=None)
    form = office_client.get(f"/customers/{customer.pk}/attach/?open={top.pk}").context["form"]
    rows = form.fields["folder"].widget.rows
    assert [(row.folder.name, row.owner, row.taken) for row in rows] == [
        ("Isännöinti", customer, True),
        ("Puistola", customer, False),
    ]


def test_htmx_gets_the_tree_alone(office_client: Client, customer: Customer) -> None:
    factories.folder("Isännöinti")
    text = office_client.get(
        f"/customers/{customer.pk}/attach/?open=1", headers={"HX-Request": "true"}
    ).content.decode()
    assert ("<html" in text, 'id="pick-tree"' in text, "Isännöinti" in text) == (False, True, True)


def test_a_large_branch_is_cut_and_says_so(office_client: Client, customer: Customer) -> None:
    many_folders(201)
    form = office_client.get(f"/customers/{customer.pk}/attach/").context["form"]
    rows = form.fields["folder"].widget.rows
    assert (len(rows), [row.cut for row in rows].count(True), rows[-1].cut) == (200, 1, True)


# ---- days, end, hand-over --------------------------------------------------------------------------------------------


def test_the_days_of_an_attachment_are_changed_after_a_look(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    attachment = attach(customer, folder, date(2026, 3, 1), date(2026, 6, 1), by=None)
    address = f"/attachments/{attachment.pk}/days/"
    form = office_client.get(address).context["form"]
    now = [form[name].value() for name in ("begins", "first", "last")]
    assert now == ["day", date(2026, 3, 1), date(2026, 5, 31)]
    answer = confirm(office_client, address, begins="always", first="", last="2026-12-31")
    assert answer["Location"] == f"/customers/{customer.pk}/folders/"
    assert days_of(folder) == [(customer, ALWAYS, date(2027, 1, 1))]


@pytest.mark.parametrize(
    ("tab", "typed"),
    [
        ("days", {"begins": "day", "first": "2026-02-01", "last": "2026-05-31"}),
        ("end", {"how": "last", "last": "2026-04-30"}),
        ("hand-over", {"day": "2026-04-01"}),
    ],
)
def test_days_that_somebody_changed_after_the_look_are_looked_at_again(
    office_client: Client, customer: Customer, folder: Folder, tab: str, typed: dict[str, Any]
) -> None:
    attachment = attach(customer, folder, date(2026, 3, 1), date(2026, 6, 1), by=None)
    address = f"/attachments/{attachment.pk}/{tab}/"
    if tab == "hand-over":
        typed |= {"customer": factories.customer().pk}
    seen: Any = look(office_client, address, **typed)
    redate(attachment, date(2026, 3, 15), date(2026, 8, 1), by=None)
    again: Any = look(office_client, address, **typed, confirmed=seen.context["confirm"])
    assert (again.status_code, again.context["changed"]) == (200, True)
    assert days_of(folder) == [(customer, date(2026, 3, 15), date(2026, 8, 1))]
    assert look(office_client, address, **typed, confirmed=again.context["confirm"]).status_code == 302


def test_a_first_day_typed_where_always_still_stands_is_asked_about(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    address = f"/attachments/{attach(customer, folder, by=None).pk}/days/"
    asked: Any = look(office_client, address, begins="always", first="2026-03-01", last="")
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["first"])
    confirm(office_client, address, begins="day", first="2026-03-01", last="")
    assert days_of(folder) == [(customer, date(2026, 3, 1), FOREVER)]


def test_days_that_reach_into_anothers_are_refused(office_client: Client, customer: Customer, folder: Folder) -> None:
    other = factories.customer("Isännöinti Oy")
    attach(other, folder, date(2026, 6, 1), by=None)
    attachment = attach(customer, folder, until=date(2026, 3, 1), by=None)
    answer = look(office_client, f"/attachments/{attachment.pk}/days/", begins="always", first="", last="2026-06-01")
    assert answer.status_code == 422
    assert days_of(folder) == [(customer, ALWAYS, date(2026, 3, 1)), (other, date(2026, 6, 1), FOREVER)]


def test_an_attachment_ends_after_its_last_day(office_client: Client, customer: Customer, folder: Folder) -> None:
    attachment = attach(customer, folder, date(2026, 3, 1), by=None)
    confirm(office_client, f"/attachments/{attachment.pk}/end/", how="last", last="2026-05-31")
    assert days_of(folder) == [(customer, date(2026, 3, 1), date(2026, 6, 1))]


def test_a_mistaken_attachment_goes_as_if_it_had_never_been(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    attachment = attach(customer, folder, date(2026, 3, 1), by=None)
    confirm(office_client, f"/attachments/{attachment.pk}/end/", how="never", last="")
    assert days_of(folder) == []


@pytest.mark.parametrize("last", ["", "2026-02-28", "2026-06-01"])
def test_a_last_day_outside_the_attachment_is_refused(
    office_client: Client, customer: Customer, folder: Folder, last: str
) -> None:
    attachment = attach(customer, folder, date(2026, 3, 1), date(2026, 6, 1), by=None)
    answer: Any = look(office_client, f"/attachments/{attachment.pk}/end/", how="last", last=last)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["last"])
    assert days_of(folder) == [(customer, date(2026, 3, 1), date(2026, 6, 1))]


def test_a_folder_is_handed_over_from_a_day(office_client: Client, customer: Customer, folder: Folder) -> None:
    buyer = factories.customer("Uusi Oy")
    attachment = attach(customer, folder, by=None)
    today = timezone.localdate()
    busy(folder, unfinished=1, done=2, on=today - timedelta(days=40))
    address, fields = f"/attachments/{attachment.pk}/hand-over/", {"customer": buyer.pk, "day": today}
    seen: Any = look(office_client, address, **fields)
    [line] = seen.context["changes"].lines
    assert (line.was, line.becomes, line.unfinished, line.done) == (customer, buyer, 1, 0)
    assert days_of(folder) == [(customer, ALWAYS, FOREVER)]
    confirm(office_client, address, **fields)
    assert days_of(folder) == [(customer, ALWAYS, today), (buyer, today, FOREVER)]


def test_a_hand_over_to_the_same_customer_or_outside_its_days_is_refused(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    buyer = factories.customer("Uusi Oy")
    attachment = attach(customer, folder, date(2026, 3, 1), by=None)
    address = f"/attachments/{attachment.pk}/hand-over/"
    answers = [
        look(office_client, address, customer=customer.pk, day="2026-05-01").status_code,
        look(office_client, address, customer=buyer.pk, day="2026-03-01").status_code,
        look(office_client, address, customer=buyer.pk, day="").status_code,
        look(office_client, address, customer="", day="2026-05-01").status_code,
    ]
    assert answers == [422, 422, 422, 422]
    assert days_of(folder) == [(customer, date(2026, 3, 1), FOREVER)]


def test_the_day_of_a_hand_over_is_changed_on_both_sides(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    buyer = factories.customer("Uusi Oy")
    first = attach(customer, folder, by=None)
    second = hand_over(first, buyer, date(2026, 9, 1), by=None)
    address = f"/attachments/{first.pk}/hand-over/{second.pk}/"
    assert office_client.get(address).context["form"]["day"].value() == date(2026, 9, 1)
    assert address in office_client.get(f"/customers/{customer.pk}/folders/").content.decode()
    assert address in office_client.get(f"/customers/{buyer.pk}/folders/").content.decode()
    confirm(office_client, address, day="2026-10-01")
    assert days_of(folder) == [(customer, ALWAYS, date(2026, 10, 1)), (buyer, date(2026, 10, 1), FOREVER)]


def test_two_attachments_that_do_not_meet_have_no_hand_over_to_change(
    office_client: Client, customer: Customer, folder: Folder
) -> None:
    first = attach(customer, folder, until=date(2026, 1, 1), by=None)
    second = attach(factories.customer(), folder, date(2026, 3, 1), by=None)
    answer = look(office_client, f"/attachments/{first.pk}/hand-over/{second.pk}/", day="2026-02-01")
    assert answer.status_code == 422


def test_an_attachment_that_somebody_took_away_meanwhile_is_not_there(office_client: Client) -> None:
    assert office_client.get("/attachments/999/end/").status_code == 404


# ---- rights ----------------------------------------------------------------------------------------------------------


def test_who_may_only_look_attaches_and_ends_nothing(
    colleague_client: Client, stranger_client: Client, customer: Customer, folder: Folder
) -> None:
    first = attach(customer, folder, by=None)
    second = hand_over(first, factories.customer(), date(2026, 9, 1), by=None)
    before = days_of(folder)
    addresses = [f"/customers/{customer.pk}/attach/", f"/folders/{folder.pk}/attach/"]
    addresses += [f"/attachments/{first.pk}/{page}/" for page in ("days", "end", "hand-over", f"hand-over/{second.pk}")]
    for client in (colleague_client, stranger_client):
        assert [client.post(address, {"day": "2026-10-01"}).status_code for address in addresses] == [403] * 6
    assert days_of(folder) == before


def test_who_may_attach_but_sees_no_customer_or_folder_finds_neither(customer: Customer, folder: Folder) -> None:
    client = Client()
    rights = ("customers.add_attachment", "customers.change_attachment")
    client.force_login(factories.user("puolikas@spotilla.example", *rights))
    attachment = attach(customer, folder, by=None)
    addresses = (
        f"/customers/{customer.pk}/attach/",
        f"/folders/{folder.pk}/attach/",
        f"/attachments/{attachment.pk}/end/",
    )
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_a_folder_that_the_reader_may_not_see_cannot_be_chosen(customer: Customer, folder: Folder) -> None:
    client = Client()
    rights = ("customers.add_attachment", "customers.view_customer")
    client.force_login(factories.user("puolikas@spotilla.example", *rights))
    page: Any = client.get(f"/customers/{customer.pk}/attach/?folder={folder.pk}")
    assert ("Puistola" in page.content.decode().replace(customer.name, ""), page.status_code) == (False, 200)
    fields = {"folder": folder.pk, "begins": "always", "first": "", "last": ""}
    assert look(client, f"/customers/{customer.pk}/attach/", **fields).status_code == 422
