"""Random imports, edits by the office's own operations, and an undoing: what is left is what a plain replay of all but
the import gives.

The replay knows nothing of the database's history: it is a list of what happened, told by the test as it did it, and
three dictionaries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from customers import ownership
from customers.importing.save import save
from customers.importing.taking_back import undo_import
from customers.importing.undoing import foresee
from customers.models import Attachment, Contact, Customer, CustomerContact
from customers.sql.rebuild import differences
from folders.models import Folder
from folders.tree import Refused
from sheets.importing.undoing import NotUndone
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import table
from tests.say import say
from workorders.models import WorkOrder

__all__ = ["say"]

NUMBERS = ("payment_term_days",)
FIELDS = ("name", "customer_number", "city", "notes", *NUMBERS)
HEADINGS = ["Nimi", "Y-tunnus", "Postitoimipaikka", "Lisätiedot", "Maksuehto (pv)", "Yhteyshenkilö"]
HEADINGS += ["Yhteyshenkilön sähköposti", "Kansiot"]
IDS = ("0112038-9", "1927400-1", "0201256-6", "1234567-1", "2345678-0")  # of companies that imports may meet

type Key = tuple[str, int]  # ("customer", 17)
type Rows = dict[Key, dict[str, Any]]


@dataclass
class Event:
    """Something that happened to one row. An import's events carry its number."""

    what: str  # "make", "set", "remove", "touch"
    row: Key
    values: dict[str, Any] = field(default_factory=dict)
    of: int = 0  # number of the import
    with_: tuple[Key, ...] = ()  # the customer, and the contact, that a link or an attachment belongs to


def rows() -> Rows:
    """What stands in the database, as the replay speaks of it."""
    found: Rows = {("customer", row["id"]): {**row} for row in Customer.objects.values("id", *FIELDS)}
    found |= {("contact", each.pk): {"name": each.name, "email": each.email} for each in Contact.objects.all()}
    for link in CustomerContact.objects.all():
        found["link", link.pk] = {"customer": link.customer_id, "contact": link.contact_id, "role": link.role}
    for each in Attachment.objects.all():
        days = {"since": each.since, "until": each.until}
        found["attachment", each.pk] = {"customer": each.customer_id, "folder": each.folder_id} | days
    return found


def owners(row: Key, values: dict[str, Any]) -> tuple[Key, ...]:
    return tuple(
        (what, values[what]) for what in ("customer", "contact") if row[0] in {"link", "attachment"} and what in values
    )


def difference(before: Rows, after: Rows, number: int) -> list[Event]:
    """What has happened between two looks at the database."""
    events = [Event("remove", row, of=number, with_=owners(row, before[row])) for row in before if row not in after]
    for row, values in after.items():
        if row not in before:
            events.append(Event("make", row, values, number, owners(row, values)))
        elif changed := {name: value for name, value in values.items() if before[row][name] != value}:
            events.append(Event("set", row, changed, number, owners(row, values)))
    return events


# ---- the oracle ------------------------------------------------------------------------------------------------------


def replay(events: list[Event], without: int) -> Rows:
    """All that happened but the import `without`, of which there stays what somebody has laid hands on since."""
    kept = what_stays(events, without)
    world: Rows = {}
    for event in events:
        if event.of == without and not (event.what == "make" and event.row in kept):
            continue
        if event.what == "make":
            world[event.row] = dict(event.values)
        elif event.what == "set" and event.row in world:
            world[event.row] |= event.values
        elif event.what == "remove":
            world.pop(event.row, None)
    return {row: values for row, values in world.items() if all(owner in world for owner in owners(row, values))}


def what_stays(events: list[Event], without: int) -> set[Key]:
    """Of the rows that the import made: those edited since with all that hangs on them, and those in use."""
    made = {event.row: event for event in events if event.of == without and event.what == "make"}
    last = max(number for number, event in enumerate(events) if event.of == without)
    later = [event for event in events[last + 1 :] if event.of != without]
    removed = {event.row for event in later if event.what == "remove"}
    # An attachment that came and went has left nothing, neither here nor in what stands in the database.
    passed = {event.row for event in later if event.what == "make" and event.row[0] == "attachment"} & removed
    later = [event for event in later if event.row not in passed]
    touched = {event.row for event in later} & made.keys()
    alive = set(made) - removed
    customers = touched | {owner for event in later for owner in event.with_}
    stays = {row for row in alive if row[0] == "customer" and row in customers}
    for row in alive:
        customer = next((owner for owner in made[row].with_ if owner[0] == "customer"), None)
        if row[0] in {"link", "attachment"} and (customer in stays or (row in touched and customer not in made)):
            stays.add(row)
    linked = {owner for row in stays for owner in made[row].with_}
    linked |= {owner for event in later if event.what == "make" and event.row not in removed for owner in event.with_}
    return stays | {row for row in alive if row[0] == "contact" and (row in touched or row in linked)}


# ---- what may happen -------------------------------------------------------------------------------------------------


def some(random: Random, model: type[Any]) -> Any:
    return random.choice(list(model.objects.order_by("pk")) or [None])


def imports(random: Random) -> Upload | None:
    """Up to five rows: new customers, and changes of those that hold one of the business IDs."""
    taken: set[str] = set()
    free = [each.name for each in Folder.objects.filter(attachments=None).order_by("pk")]
    cells = []
    for _row in range(random.randint(1, 5)):
        business_id = random.choice(["", *(each for each in IDS if each not in taken)])
        taken.add(business_id)
        person = random.choice(["", "Aino", "Bo", "Carita"])
        folders = [free.pop() for _folder in range(random.choice([0, 0, 1, 2])) if free]
        term = random.choice(["", "14", "30"])
        email = f"{person.lower()}@example.com" if person else ""
        cells.append([f"Yritys {random.randint(1, 6)}", business_id, random.choice(["", "Espoo", "Åbo"]),
                      random.choice(["", "x", "y"]), term, person, email, "; ".join(folders)])  # fmt: skip
    upload = Upload(name="a.xlsx", content=b"")
    save(table(HEADINGS, *cells), update=True, by=None, upload=upload)
    return upload


def by_page(page: str, pk: int, typed: dict[str, Any] | None = None) -> None:
    """What the form has, but for what is typed, is sent to the page."""
    client, target = signed_in(User.objects.get()), reverse(f"customers:{page}", args=[pk])
    form = client.get(target).context.get("form")
    values = {key: "" if value is None else value for key, value in form.initial.items()} if form else {}
    assert client.post(target, values | (typed or {})).status_code == 302


def edit(random: Random) -> None:
    if customer := some(random, Customer):
        name = random.choice(FIELDS)
        value = random.randint(1, 300) if name in NUMBERS else f"käsin {random.random()}"
        by_page("edit", customer.pk, {name: value})


def edit_contact(random: Random) -> None:
    if contact := some(random, Contact):
        by_page("contact_edit", contact.pk, {"email": f"{random.random()}@example.com"})


def link(random: Random) -> None:
    customer, contact = some(random, Customer), some(random, Contact)
    if customer and contact:
        CustomerContact.objects.get_or_create(
            customer=customer, contact=contact, role=random.choice(["site", "billing"])
        )


def unlink(random: Random) -> None:
    if found := some(random, CustomerContact):
        found.delete()


def change_role(random: Random) -> None:
    if found := some(random, CustomerContact):
        CustomerContact.objects.filter(pk=found.pk).update(role="emergency")


def delete_customer(random: Random) -> None:
    customer = some(random, Customer)
    if customer and not customer.attachments.exists() and not customer.work_orders.exists():
        by_page("delete", customer.pk)


def delete_contact(random: Random) -> None:
    if contact := some(random, Contact):
        by_page("contact_delete", contact.pk)


def attach(random: Random) -> None:
    customer = some(random, Customer)
    folder = random.choice(list(Folder.objects.filter(attachments=None).order_by("pk")) or [None])
    if customer and folder:
        ownership.attach(customer, folder, by=None)


def redate(random: Random) -> None:
    if found := some(random, Attachment):
        ownership.redate(found, date(2026, random.randint(1, 12), random.randint(1, 28)), found.until, by=None)


def detach(random: Random) -> None:
    if found := some(random, Attachment):
        ownership.detach(found, random.choice([date(2026, 12, 30), found.since]), by=None)


def hand_over(random: Random) -> None:
    found, customer = some(random, Attachment), some(random, Customer)
    if found and customer and customer.pk != found.customer_id and found.since < date(2026, 12, 29) < found.until:
        ownership.hand_over(found, customer, date(2026, 12, 29), by=None)


EDITS: tuple[Callable[[Random], None], ...] = (
    *(edit, edit, edit_contact, link, unlink, change_role),
    *(delete_customer, delete_contact, attach, redate, detach, hand_over),
)


def open_order(random: Random) -> Key | None:
    """Work that refers to a customer; the replay hears of it as of a touch."""
    customer = some(random, Customer)
    if customer is None:
        return None
    factories.order("Työ", customer)
    return "customer", customer.pk


# ---- the worlds ------------------------------------------------------------------------------------------------------


def world(random: Random) -> dict[str, int]:
    """One world from nothing to the undoing; what was taken back, by outcome."""
    User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
    for number in range(6):
        factories.folder(f"Kansio {number}")
    for business_id in random.sample(IDS, 2):
        factories.customer(f"Vanha {business_id}", business_id=business_id, city="Turku")
    Contact.objects.create(name="Aino", email="aino@example.com")
    before = rows()
    events, uploads = difference({}, before, 0), []
    for number in range(1, 4):
        if number == 1 or random.random() < 0.5:
            uploads.append((number, imports(random)))
            events += difference(before, before := rows(), number)
        for _edit in range(random.randint(0, 3)):
            if random.random() < 0.1:
                touched = open_order(random)
                events += [Event("touch", touched)] if touched else []
            else:
                with suppress(Refused):
                    random.choice(EDITS)(random)
                events += difference(before, before := rows(), 0)
    counts: dict[str, int] = defaultdict(int)
    number, upload = random.choice(uploads)
    assert upload is not None
    if upload.operation is None or foresee(upload).idle:
        with pytest.raises(NotUndone):
            undo_import(upload, by=None)
    else:
        for outcome, count in undo_import(upload, by=None).counts().items():
            counts[outcome] += count
    assert rows() == replay(events, number)
    assert differences() == []
    return counts


@pytest.mark.django_db
@pytest.mark.parametrize("worlds", [8, pytest.param(100, marks=pytest.mark.long)])
def test_after_the_undoing_stands_what_a_replay_without_the_import_gives(
    worlds: int, say: Callable[[str], None]
) -> None:
    counts: dict[str, int] = defaultdict(int)
    for seed in range(worlds):
        with transaction.atomic():
            for outcome, count in world(Random(seed)).items():
                counts[outcome] += count
            transaction.set_rollback(True)
    say(f"{worlds} worlds: {dict(counts)}")
    assert all(counts[outcome] > worlds / 20 for outcome in ("back", "edited", "cannot", "restored", "contacts_left"))
    assert not WorkOrder.objects.exists()
