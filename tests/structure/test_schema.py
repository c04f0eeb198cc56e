"""The schema keeps its rules by itself: each is broken once by writing past the forms and the operations, and refused.

A rule without a case fails the first test, so does a case without a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from accounts.models import Role, User
from customers.models import Attachment, Contact, Coverage, Customer, CustomerContact
from customers.ownership import attach
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement, TreeVersion
from sheets.models import HeadingMatch, LedgerEntry, Upload, UploadRow
from tests import factories
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder

pytestmark = pytest.mark.django_db

APPS = ("accounts", "customers", "folders", "reports", "sheets", "workorders")
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
TYPED = date(26, 2, 11)  # what a browser makes of a year of two digits

# What constraints cannot say on both engines (spotilla.schema).
NO_OVERLAP = {
    "attachment_no_overlap": "customers_attachment",
    "placement_no_overlap": "folders_placement",
    "spotplacement_no_overlap": "folders_spotplacement",
}
NEVER_CHANGED = {
    "customers_change_never_changed": "customers_change",
    "folders_operation_never_changed": "folders_operation",
}
KEPT = ("customers_contact", "customers_customer", "customers_customercontact")  # spotilla.audit_triggers
VERSIONS = {
    "customers_contact_version": "customers_contact",
    "customers_customer_version": "customers_customer",
    "customers_customercontact_version": "customers_customercontact",
}

# No unknown state can agree with a role either, and no misspelt business ID has its check digit where that is looked
# for; PostgreSQL looks at constraints by their names.
SPEAKS_FIRST = {
    "servicerequest_state_known": "servicerequest_role_agrees_with_state",
    "customer_business_id_spelling": "customer_business_id_check_digit",
}


@dataclass(frozen=True)
class World:
    user: User
    folder: Folder
    spot: Spot
    customer: Customer
    link: CustomerContact
    attachment: Attachment
    order: WorkOrder
    task: Task
    request: ServiceRequest
    upload: Upload
    imported: Upload


@pytest.fixture
def world(office: User) -> World:
    """One of each, as the operations make them."""
    folder = factories.folder("Talo")
    customer, spot = factories.customer(business_id="0201256-6", customer_number="17"), factories.spot(folder)
    return World(
        user=office,
        folder=folder,
        spot=spot,
        customer=customer,
        link=CustomerContact.objects.create(customer=customer, contact=Contact.objects.create(name="Aino")),
        attachment=attach(customer, folder, by=office),
        order=factories.order(),
        task=factories.task(spot),
        request=factories.request(spot),
        upload=_upload(office),
        imported=Upload.objects.create(user=office, name="a.xlsx", content=b"x", state="imported", operation=7),
    )


def _upload(office: User) -> Upload:
    """With a row, and a match of headings beside it."""
    upload = Upload.objects.create(user=office, name="a.xlsx", content=b"x")
    upload.rows.create(number=2, hidden=False, outcome="new", cells="[]")
    upload.ledger.create(number=2, model="customers.customer", row=1)
    HeadingMatch.objects.create(about="customers", fingerprint="0", headings={})
    return upload


def change(row: models.Model, **fields: Any) -> Callable[[], object]:
    """UPDATE of one row, past save(), forms and operations."""
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**fields)


def add(row: models.Model) -> Callable[[], object]:
    """INSERT, past save(), forms and operations."""
    return lambda: type(row)._base_manager.bulk_create([row])


def place(world: World) -> Placement:
    return world.folder.placements.get()


def spot_place(world: World) -> SpotPlacement:
    return world.spot.placements.get()


def row_of(world: World, number: int, outcome: str = "new") -> UploadRow:
    return UploadRow(upload=world.upload, number=number, hidden=False, outcome=outcome, cells="[]")


CASES: dict[str, Callable[[World], Callable[[], object]]] = {
    "user_email_lower_case": lambda w: change(w.user, email="Toimisto@spotilla.example"),
    "user_language_known": lambda w: change(w.user, language="de"),
    "folder_name_not_empty": lambda w: change(w.folder, name=""),
    "folder_name_fits_a_path": lambda w: change(w.folder, name="Talo / piha"),
    "folder_not_in_itself": lambda w: change(w.folder, parent=w.folder),
    "placement_one_a_day": lambda w: add(Placement(folder=w.folder, since=ALWAYS, until=FIRST)),
    "placement_days_within_reach": lambda w: change(place(w), since=TYPED),
    "placement_days_in_order": lambda w: change(place(w), since=FIRST, until=FIRST),
    "placement_not_in_itself": lambda w: change(place(w), parent=w.folder),
    "placement_no_overlap": lambda w: add(Placement(folder=w.folder, since=FIRST, until=SECOND)),
    "spot_name_not_empty": lambda w: change(w.spot, name=" "),
    "spot_state_known": lambda w: change(w.spot, state="lost"),
    "spotplacement_one_a_day": lambda w: add(SpotPlacement(spot=w.spot, folder=w.folder, since=ALWAYS, until=FIRST)),
    "spotplacement_days_within_reach": lambda w: change(spot_place(w), until=TYPED),
    "spotplacement_days_in_order": lambda w: change(spot_place(w), since=SECOND, until=FIRST),
    "spotplacement_no_overlap": lambda w: add(SpotPlacement(spot=w.spot, folder=w.folder, since=FIRST)),
    "treeversion_one_row": lambda w: add(TreeVersion(pk=2)),
    "customers_change_never_changed": lambda w: change(w.customer.changes.get(link=None), how="page"),
    "folders_operation_never_changed": lambda w: change(Operation.objects.earliest("number"), kind="attach"),
    "customer_name_not_empty": lambda w: change(w.customer, name="Oy "),
    "customer_type_known": lambda w: change(w.customer, customer_type="friend"),
    "customer_business_id_spelling": lambda w: change(w.customer, business_id="02012566"),
    "customer_business_id_check_digit": lambda w: change(w.customer, business_id="0201256-5"),
    "customer_business_id_unique": lambda w: add(Customer(name="Toinen", business_id="0201256-6")),
    "customer_number_unique": lambda w: add(Customer(name="Toinen", customer_number="17")),
    "customer_phone_spelling": lambda w: change(w.customer, phone="040 5550117"),
    "customer_country_spelling": lambda w: change(w.customer, country="fi"),
    "customer_closed_within_reach": lambda w: change(w.customer, closed_on=TYPED),
    "customer_payment_term_within_a_year": lambda w: change(w.customer, payment_term_days=366),
    "contact_name_not_empty": lambda w: change(w.link.contact, name=" Aino"),
    "contact_phone_spelling": lambda w: change(w.link.contact, phone="+0401234"),
    "customercontact_once_a_role": lambda w: add(CustomerContact(customer=w.customer, contact=w.link.contact)),
    "customercontact_role_known": lambda w: change(w.link, role="friend"),
    "attachment_one_a_day": lambda w: add(Attachment(customer=w.customer, folder=w.folder, until=FIRST)),
    "attachment_days_within_reach": lambda w: change(w.attachment, since=TYPED),
    "attachment_days_in_order": lambda w: change(w.attachment, since=FIRST, until=FIRST),
    "attachment_no_overlap": lambda w: add(Attachment(customer=w.customer, folder=w.folder, since=FIRST)),
    "coverage_days_within_reach": lambda w: lambda: Coverage.objects.update(since=TYPED),
    "coverage_days_in_order": lambda w: lambda: Coverage.objects.update(until=ALWAYS),
    "coverage_rank_from_nought": lambda w: (
        lambda: Coverage.objects.bulk_create(
            [
                Coverage(
                    folder=w.folder, customer=w.customer, attachment=w.attachment, rank=-1, since=FIRST, until=SECOND
                )
            ]
        )
    ),
    "workorder_name_not_empty": lambda w: change(w.order, name=""),
    "workorder_number_spelling": lambda w: change(w.order, number="14/2026"),
    "workorder_days_within_reach": lambda w: change(w.order, closed_on=TYPED),
    "workorder_days_in_order": lambda w: change(w.order, since=SECOND, until=FIRST),
    "servicerequestkind_name_not_empty": lambda w: change(w.request.kind, name=""),
    "servicerequest_name_not_empty": lambda w: change(w.request, name=""),
    "servicerequest_state_known": lambda w: change(w.request, state="lost"),
    "servicerequest_done_on_agrees_with_state": lambda w: change(w.request, state="done"),
    "servicerequest_days_within_reach": lambda w: change(w.request, received_on=TYPED),
    "servicerequest_days_in_order": lambda w: change(w.request, state="done", done_on=FIRST, received_on=SECOND),
    "servicerequest_role_agrees_with_state": lambda w: change(w.request, state="on_hold"),
    "servicerequest_folders_agree_with_place": lambda w: change(w.request, received_folder=None),
    "servicerequest_on_one_folder": lambda w: change(w.request, spot=None, folder=factories.folder()),
    "task_name_not_empty": lambda w: change(w.task, name=""),
    "task_on_a_spot_or_work_order": lambda w: change(w.task, spot=None, folder=None),
    "task_state_known": lambda w: change(w.task, state="lost"),
    "task_done_on_agrees_with_state": lambda w: change(w.task, done_on=FIRST),
    "task_days_within_reach": lambda w: change(w.task, due_on=TYPED),
    "task_folder_agrees_with_spot": lambda w: change(w.task, folder=None),
    "upload_state_known": lambda w: change(w.upload, state="lost"),
    "upload_in_the_log_when_imported": lambda w: change(w.upload, operation=1),
    "upload_undone_once_imported": lambda w: change(w.upload, state="imported", undo=2),
    "upload_once_in_the_log": lambda w: add(Upload(name="b.xlsx", content=b"", state="imported", operation=7)),
    "uploadrow_once": lambda w: add(row_of(w, 2)),
    "uploadrow_outcome_known": lambda w: add(row_of(w, 3, outcome="lost")),
    "ledgerentry_once": lambda w: add(LedgerEntry(upload=w.upload, number=3, model="customers.customer", row=1)),
    "headingmatch_once": lambda w: add(HeadingMatch(about="customers", fingerprint="0", headings={})),
}


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    found = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return {rule.name: (model, rule) for model in found for rule in model._meta.constraints}


def test_every_rule_of_the_schema_has_its_case() -> None:
    rules = {*constraints(), *NO_OVERLAP, *NEVER_CHANGED}
    assert sorted(rules - set(CASES)) == []
    assert sorted(set(CASES) - rules) == []


@pytest.mark.parametrize("name", CASES)
def test_the_rule_is_kept_though_one_writes_past_the_forms(world: World, name: str) -> None:
    write = CASES[name](world)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    assert [says for says in spoken(name) if says in str(refused.value)] != []


def spoken(name: str) -> list[str]:
    """By what the database's error tells which rule it was. SQLite names the columns of a unique rule, not the rule."""
    if connection.vendor == "sqlite" and name in constraints():
        model, rule = constraints()[name]
        if isinstance(rule, models.UniqueConstraint):
            table, fields = model._meta.db_table, {field.name: field.column for field in model._meta.local_fields}
            return ["UNIQUE constraint failed: " + ", ".join(f"{table}.{fields[name]}" for name in rule.fields)]
    return [name, *([SPEAKS_FIRST[name]] if name in SPEAKS_FIRST else [])]


UNIQUE: dict[str, Callable[[World], models.Model]] = {
    "accounts.User.email": lambda w: User(email=w.user.email),
    "workorders.ServiceRequestKind.name": lambda w: ServiceRequestKind(name=w.request.kind.name),
    "workorders.WorkOrder.number": lambda w: WorkOrder(name="Toinen", number=w.order.number),
}


def test_every_unique_field_has_its_case() -> None:
    found = (model for app in APPS for model in apps.get_app_config(app).get_models())
    fields = [
        f"{model._meta.label}.{field.name}"
        for model in found
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    ]
    assert sorted(fields) == sorted(UNIQUE)


@pytest.mark.parametrize("name", UNIQUE)
def test_a_unique_field_is_unique_though_one_writes_past_the_forms(world: World, name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        add(UNIQUE[name](world))()


# ---- days ------------------------------------------------------------------------------------------------------------

NEVER = [date(26, 2, 11), date(1026, 2, 11), date(1989, 12, 31), date(2100, 1, 2), date(2999, 12, 31)]
EDGES = [date(1990, 1, 1), date(2099, 12, 31)]
END = date(2100, 1, 1)  # of all days: a last day in 2099 has it as its exclusive end
ROWS: dict[str, Callable[[World], models.Model]] = {
    "customers.Attachment": lambda w: w.attachment,
    "customers.Coverage": lambda w: Coverage.objects.get(),
    "customers.Customer": lambda w: w.customer,
    "folders.Placement": place,
    "folders.SpotPlacement": spot_place,
    "workorders.ServiceRequest": lambda w: w.request,
    "workorders.Task": lambda w: w.task,
    "workorders.WorkOrder": lambda w: w.order,
}
MORE_ENDS = {"since": {ALWAYS}, "until": {FOREVER, END}, "customers.Coverage.since": {END}}
WITH_IT = {"workorders.Task.done_on": {"state": "done"}, "workorders.ServiceRequest.done_on": {"state": "done"}}


def day_columns() -> list[str]:
    """Of the domain's tables; moments are the clock's."""
    return [
        f"{model._meta.label}.{field.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields
        if type(field) is models.DateField
    ]


@pytest.mark.parametrize("column", day_columns())
def test_no_column_takes_a_day_that_no_report_reaches(world: World, column: str) -> None:
    label, _dot, name = column.rpartition(".")
    row = ROWS[label](world)
    if isinstance(row, ServiceRequest):
        change(row, received_on=EDGES[0])()
    taken = [day for day in (ALWAYS, *NEVER, *EDGES, END, FOREVER) if takes(row, name, day, WITH_IT.get(column, {}))]
    assert set(taken) == {*EDGES} | MORE_ENDS.get(name, set()) | MORE_ENDS.get(column, set())


def takes(row: models.Model, name: str, day: date, more: dict[str, Any]) -> bool:
    """Whether the row can have the day, all its others being such that it may."""
    others = {"since": {"until": FOREVER}, "until": {"since": ALWAYS}}.get(name, {})
    try:
        with transaction.atomic():
            change(row, **{name: day}, **others, **more)()
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


# ---- what the rules let through --------------------------------------------------------------------------------------


def test_neighbouring_days_do_not_overlap(world: World) -> None:
    """The end is exclusive: one attachment may begin on the day that another ends."""
    change(world.attachment, until=SECOND)()
    add(Attachment(customer=world.customer, folder=world.folder, since=SECOND))()
    assert Attachment.objects.filter(folder=world.folder).count() == 2
    assert Attachment.objects.latest("since").until == FOREVER


def test_empty_business_ids_and_customer_numbers_are_nobodys(world: World) -> None:
    Customer.objects.bulk_create([Customer(name="Yksi"), Customer(name="Kaksi")])
    assert Customer.objects.filter(business_id="", customer_number="").count() == 2


# ---- versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["customer", "contact", "link"])
def test_every_write_raises_the_version_whatever_it_says_of_it(world: World, name: str) -> None:
    row: Any = world.link.contact if name == "contact" else getattr(world, name)
    rows, field = type(row)._base_manager, "role" if name == "link" else "email"
    first, second = ("site", "billing") if name == "link" else ("a@b.fi", "c@d.fi")

    def version() -> int:
        return int(rows.values_list("version", flat=True).get(pk=row.pk))

    assert version() == 1
    row.save()
    assert version() == 2
    rows.filter(pk=row.pk).update(**{field: first})
    assert version() == 3
    setattr(row, field, second)
    rows.bulk_update([row], [field])
    assert version() == 4
    rows.filter(pk=row.pk).update(version=99)
    assert version() == 5
    row.refresh_from_db()
    assert (row.version, getattr(row, field)) == (5, second)


def test_a_write_raises_the_version_of_its_row_alone(world: World) -> None:
    other = factories.customer()
    change(world.customer, city="Turku")()
    assert dict(Customer.objects.values_list("pk", "version")) == {world.customer.pk: 2, other.pk: 1}


# ---- triggers that stand ---------------------------------------------------------------------------------------------


def read(statement: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


def kept(*events: str) -> dict[str, str]:
    return {f"{table}_kept_{event}": table for table in KEPT for event in events}


@pytest.mark.sqlite
def test_the_triggers_stand_on_sqlite() -> None:
    """Django remakes a table to alter it, and drops its triggers without a word."""
    overlaps = {f"{name}_{verb}": table for name, table in NO_OVERLAP.items() for verb in ("insert", "update")}
    found = read("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    assert found == overlaps | NEVER_CHANGED | VERSIONS | kept("insert", "update", "move", "delete")


@pytest.mark.postgresql
def test_the_triggers_and_exclusions_stand_on_postgresql() -> None:
    triggers = read("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    assert triggers == NEVER_CHANGED | VERSIONS | kept("insert", "update", "delete")
    assert read("SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE contype = 'x'") == NO_OVERLAP


def test_the_first_roles_and_the_first_kind_are_there() -> None:
    assert sorted(Role.objects.values_list("name", flat=True)) == ["Lukija", "Pääkäyttäjä", "Toimisto"]
    assert list(ServiceRequestKind.objects.values_list("name", flat=True)) == ["Muu"]
