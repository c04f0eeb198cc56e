"""The demo's company looks real and has one of each case that the office meets, at a tenth of its size already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import phonenumbers
import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker

from accounts.models import Role, User
from customers import business_id
from customers.models import Attachment, Contact, Coverage, Customer, CustomerContact
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement
from folders.names import search_key, sort_key
from workorders.models import ServiceRequest, Task, WorkOrder, WorkOrderCounter


@pytest.fixture(scope="module", params=[1, 7])
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> Iterator[str]:
    """The demo at scale 0.1, loaded once for all tests of a seed; what the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = StringIO()
        with translation.override("en"):
            call_command("load_demo", scale=0.1, seed=request.param, stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.once]


# ---- one of each case ------------------------------------------------------------------------------------------------


def test_it_says_how_much_it_made(demo: str) -> None:
    counts = [model.objects.count() for model in (Folder, Spot, Customer, Task, ServiceRequest)]
    names = ["folders", "spots", "customers", "tasks", "service requests"]
    assert demo == ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True)) + "\n"
    assert counts[3:] == [1000, 200]


def test_every_type_of_customer_is_there(demo: str) -> None:
    assert set(Customer.objects.values_list("customer_type", flat=True)) == set(Customer.Type)


def test_a_manager_collects_above_its_housing_companies(demo: str) -> None:
    below = Coverage.objects.filter(rank=1, customer__name__contains="sännöi", until=FOREVER)
    owners = Customer.objects.filter(
        coverage__rank=0, coverage__until=FOREVER, coverage__folder__in=below.values("folder")
    )
    assert set(owners.values_list("customer_type", flat=True)) == {Customer.Type.HOUSING}


def test_a_town_has_divisions_that_share_its_business_id_and_so_have_none(demo: str) -> None:
    town = Customer.objects.get(customer_type=Customer.Type.PUBLIC, name="Helsingin kaupunki")
    divisions = Customer.objects.filter(name__startswith="Helsingin kaupunki, ")
    assert town.business_id != ""
    assert [division.business_id for division in divisions] == ["", ""]


def test_nobody_owns_some_folders(demo: str) -> None:
    covered = Coverage.objects.values("folder")
    assert Task.objects.filter(folder__isnull=False, state="done").exclude(folder__in=covered).exists()


def test_folders_changed_hands_in_mid_month(demo: str) -> None:
    changed = Attachment.objects.filter(
        folder__attachments__until=F("since"), since__day=16, folder__attachments__since=ALWAYS
    )
    assert sorted(changed.values_list("customer__customer_type", flat=True)) == ["company", "person"]


def test_folders_were_moved_from_a_day_and_for_some_days(demo: str) -> None:
    places = Placement.objects.exclude(since=ALWAYS).values_list("folder", "until")
    assert sorted(until == FOREVER for _folder, until in places) == [False, True, True]


def test_spots_were_moved_from_a_day_and_for_some_days(demo: str) -> None:
    places = SpotPlacement.objects.exclude(since=ALWAYS).values_list("spot", "until")
    assert sorted(until == FOREVER for _spot, until in places) == [False, True, True]


def test_work_was_done_on_the_day_of_a_move_and_on_the_day_before(demo: str) -> None:
    for place in SpotPlacement.objects.exclude(since=ALWAYS):
        days = Task.objects.filter(spot=place.spot, state="done").values_list("done_on", "folder")
        assert (place.since, place.folder_id) in set(days)
        assert place.since - timedelta(days=1) in {day for day, _folder in days}


def test_a_customer_is_attached_above_and_below_itself(demo: str) -> None:
    town = Customer.objects.get(name="Helsingin kaupunki")
    hall = Folder.objects.get(name="Kaupungintalo")
    rows = Coverage.objects.filter(folder=hall, until=FOREVER).order_by("rank")
    assert list(rows.values_list("customer__name", "attachment__folder__name")) == [
        (town.name, hall.name),
        ("Helsingin kaupunki, tilapalvelut", "Tilapalvelut"),
    ]


def test_an_attachment_has_ended_and_nobody_followed(demo: str) -> None:
    ended = Attachment.objects.filter(until__lte=timezone.localdate(), customer__closed_on=None)
    assert ended.exclude(folder__attachments__until=FOREVER).count() == 1


def test_a_customer_is_closed_and_its_attachments_and_work_orders_with_it(demo: str) -> None:
    closed = Customer.objects.get(closed_on__isnull=False)
    assert [attachment.until for attachment in closed.attachments.all()] == [closed.closed_on]
    assert [order.is_closed for order in closed.work_orders.all()] == [True]


def test_work_orders_are_open_closed_dated_and_without_a_customer(demo: str) -> None:
    orders = WorkOrder.objects
    assert orders.filter(closed_on__isnull=True, since=ALWAYS).count() == 4
    assert orders.filter(closed_on__isnull=True).exclude(until=FOREVER).count() == 2
    assert orders.filter(closed_on__isnull=False).count() == 2
    assert orders.filter(customer=None).count() == 1


def test_work_orders_have_tasks_without_a_spot_and_on_the_spots_of_others(demo: str) -> None:
    orders = WorkOrder.objects
    assert orders.filter(tasks__spot=None, customer=None).exists()
    assert orders.filter(tasks__spot=None, customer__isnull=False).exists()
    today = timezone.localdate()
    others = Task.objects.filter(
        work_order__customer__isnull=False,
        folder__coverage__rank=0,
        folder__coverage__since__lte=today,
        folder__coverage__until__gt=today,
    ).exclude(folder__coverage__customer=F("work_order__customer"))
    assert others.exists()


def test_work_orders_are_numbered_in_the_order_of_their_days_without_a_gap(demo: str) -> None:
    numbers = list(WorkOrder.objects.order_by("pk").values_list("number", flat=True))
    expected = [f"{year}-{n}" for year, last in sorted(WorkOrderCounter.objects.values_list("year", "last"))
                for n in range(1, last + 1)]  # fmt: skip
    assert numbers == expected


def test_no_closed_work_order_has_unfinished_work(demo: str) -> None:
    assert not Task.objects.unfinished().filter(work_order__closed_on__isnull=False).exists()


def test_tasks_are_in_every_state_overdue_due_today_and_ahead(demo: str) -> None:
    today = timezone.localdate()
    states = set(Task.State)
    assert set(Task.objects.filter(due_on__lt=today).values_list("state", flat=True)) == states
    assert set(Task.objects.filter(due_on=today).values_list("state", flat=True)) == states
    assert set(Task.objects.filter(due_on__gt=today).values_list("state", flat=True)) == states


def test_requests_are_in_every_state_on_spots_on_folders_and_nowhere(demo: str) -> None:
    states = set(ServiceRequest.State)
    for place in (
        Q(spot__isnull=False),
        Q(spot=None, folder__isnull=False),
        Q(spot=None, folder=None),
    ):
        assert set(ServiceRequest.objects.filter(place).values_list("state", flat=True)) == states


def test_contacts_serve_several_customers_and_have_every_role(demo: str) -> None:
    several = Contact.objects.annotate(n=Count("customers", distinct=True)).filter(n__gt=1)
    assert several.count() > 3
    assert set(CustomerContact.objects.values_list("role", flat=True)) == set(CustomerContact.Role)


def test_hours_are_kept_on_what_is_done(demo: str) -> None:
    assert not Task.objects.filter(state="done", minutes=0).exists()
    assert not Task.objects.filter(state__in=["open", "on_hold", "cancelled"], minutes__gt=0).exists()


def test_snow_is_cleared_in_winter_and_lawns_cut_in_summer(demo: str) -> None:
    snow = Task.objects.filter(name="Lumityöt ja hiekoitus").values_list("due_on__month", flat=True)
    lawns = Task.objects.filter(name="Nurmikon leikkuu").values_list("due_on__month", flat=True)
    assert set(snow) == {11, 12, 1, 2, 3}
    assert set(lawns) <= {4, 5, 6, 7, 8, 9}
    assert len(lawns) > 30


def test_the_last_month_ends_yesterday(demo: str) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    assert Task.objects.aggregate(last=Max("done_on"))["last"] == yesterday
    assert ServiceRequest.objects.aggregate(last=Max("received_on"))["last"] == yesterday
    assert ServiceRequest.objects.aggregate(last=Max("done_on"))["last"] <= yesterday


def test_names_are_finnish_and_swedish_long_and_short(demo: str) -> None:
    names = list(Customer.objects.values_list("name", flat=True))
    assert "Asunto Oy Helsingin Lauttasaarenrannan Merituulenkuja 12" in names
    assert [name for name in names if name.startswith("Bostads Ab ")] != []
    assert {"ä", "ö"} <= set("".join(names).lower())


# ---- right -----------------------------------------------------------------------------------------------------------


def test_coverage_and_the_folders_of_work_are_as_worked_out_from_nothing(demo: str) -> None:
    call_command("check_coverage", verbosity=0)


def test_its_rows_would_pass_the_forms(demo: str) -> None:
    """Every customer, and every twentieth of what there is most of."""
    for model, step in (
        (Customer, 1),
        (Contact, 1),
        (User, 1),
        (Folder, 5),
        (Spot, 5),
        (Task, 20),
        (ServiceRequest, 20),
    ):
        for row in model._default_manager.order_by("pk")[::step]:
            row.full_clean(validate_unique=False, exclude=["password"])


def test_names_can_be_searched_and_sorted(demo: str) -> None:
    for model in (Folder, Spot, Customer, Contact):
        for row in model._default_manager.all():
            assert (bytes(row.sort_key), row.search_key) == (sort_key(row.name), search_key(row.name))


def test_business_ids_and_phones_are_valid_and_addresses_are_nobodys(demo: str) -> None:
    ids = Customer.objects.exclude(business_id="").values_list("business_id", flat=True)
    assert [given for given in ids if not business_id.is_valid(given)] == []
    phones = [*Customer.objects.values_list("phone", flat=True), *Contact.objects.values_list("phone", flat=True)]
    assert [phone for phone in phones if not phonenumbers.is_valid_number(phonenumbers.parse(phone))] == []
    emails = {
        email for model in (Customer, Contact, User) for email in model._default_manager.values_list("email", flat=True)
    }
    assert [email for email in emails if email and not email.endswith(".example")] == []


def test_one_row_of_the_log_remembers_it(demo: str) -> None:
    row = Operation.objects.get()
    assert (row.kind, row.user, row.replaced) == ("load_demo", None, [])


def test_the_office_may_do_everything_but_change_the_log_and_the_field_records_work(demo: str) -> None:
    assert set(Role.objects.values_list("name", flat=True)) == {
        *("Pääkäyttäjä", "Toimisto", "Lukija", "Huolto", "LVI", "Sähkö", "Siivous", "Viheralueet")
    }
    assert Group.objects.count() == Role.objects.count()
    office = User.objects.get(email="paivi.hamalainen@katajahuolto.example")
    assert office.has_perms(["customers.add_customer", "folders.change_folder", "workorders.delete_task"])
    assert not office.has_perm("folders.change_operation")
    field = User.objects.get(email="jyrki.makela@katajahuolto.example")
    assert field.has_perms(["workorders.change_task", "workorders.add_servicerequest", "folders.view_spot"])
    assert not field.has_perm("customers.view_customer")


def test_none_of_its_users_can_log_in_with_a_password(demo: str) -> None:
    assert [user.email for user in User.objects.all() if user.has_usable_password()] == []
