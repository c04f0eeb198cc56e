"""What people do at once: steps, each one operation on rows chosen at random, and buttons pressed together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import models
from django.test import Client
from django.utils.timezone import localdate

from accounts.models import Role, User
from customers import ownership
from customers.models import Attachment, Contact, Customer
from folders import tree
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Spot
from spotilla.optimistic_lock import Version, version_of
from workorders import orders, places, recording
from workorders.models import ServiceRequest, ServiceRequestKind, Task

type Action = Callable[[], object]

TASK_STATES = ("open", "in_progress", "in_review", "done", "done", "cancelled")
REQUEST_STATES = ("open", "in_progress", "done", "forwarded", "cancelled")


def plant(folders: int, customers: int, spots: int) -> None:
    """A small office to begin with; the same at every run."""
    random = Random(0)
    made: list[Folder] = []
    for number in range(folders):
        made.append(ownership.new_folder(f"Kansio {number}", random.choice([None, *made]), by=None))
    for number in range(customers):
        customer = Customer.objects.create(name=f"Asiakas {number}")
        ownership.attach(customer, made[number % len(made)], by=None)
    for number in range(spots):
        tree.new_spot(random.choice(made), f"Spotti {number}", by=None)


def any_of(random: Random, model: type[models.Model]) -> Any:
    """One row at random, or None. It may be changed by another runner at once."""
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    return model._default_manager.filter(pk=random.choice(keys)).first() if keys else None


def past(random: Random) -> date:
    return localdate() - timedelta(days=random.randrange(30))


# ---- steps -------------------------------------------------------------------------------------------------------


def change_the_tree(random: Random) -> None:
    """Seven moves in ten; else attach, end, hand over or make a folder."""
    chance, folder, customer = random.random(), any_of(random, Folder), any_of(random, Customer)
    since = random.choice([ALWAYS, past(random)])
    attachment = any_of(random, Attachment)
    if chance < 0.7:
        until = random.choice([FOREVER, FOREVER, past(random)])
        ownership.move_folder(folder, any_of(random, Folder), min(since, until), max(since, until), by=None)
    elif chance < 0.8:
        ownership.attach(customer, folder, since, by=None)
    elif chance < 0.87 and attachment:
        ownership.detach(attachment, past(random), by=None)
    elif chance < 0.94 and attachment:
        ownership.hand_over(attachment, customer, past(random), by=None)
    else:
        ownership.new_folder(f"Uusi {random.random()}", folder, by=None)


def move_a_spot(random: Random) -> None:
    since, until = random.choice([ALWAYS, past(random)]), random.choice([FOREVER, past(random)])
    spot, folder = any_of(random, Spot), any_of(random, Folder)
    places.move_spot(spot, folder, min(since, until), max(since, until), by=None)


def record_work(random: Random) -> None:
    """Tasks and requests told, finished, reopened and put on another spot."""
    random.choice([record_task, record_request, change_task, change_request, relocate_task, relocate_request])(random)


def record_task(random: Random) -> None:
    state = random.choice(TASK_STATES)
    done_on = past(random) if state in {"in_review", "done"} else None
    role, spot = Role.objects.get(name="Toimisto"), any_of(random, Spot)
    recording.record_task(name="Työ", role=role, due_on=localdate(), spot=spot, state=state, done_on=done_on)


def record_request(random: Random) -> None:
    kind = ServiceRequestKind.objects.get(name="Muu")
    recording.record_request(name="Vika", kind=kind, received_on=past(random), spot=any_of(random, Spot))


def change_task(random: Random) -> None:
    task, state = any_of(random, Task), random.choice(TASK_STATES)
    if task:
        done_on = past(random) if state in {"in_review", "done"} else None
        recording.change_task(task, state, done_on=done_on)


def change_request(random: Random) -> None:
    request, state = any_of(random, ServiceRequest), random.choice(REQUEST_STATES)
    if request:
        role = None if state == "open" else Role.objects.get(name="Toimisto")
        done_on = localdate() if state in {"done", "forwarded"} else None
        recording.change_request(request, state, done_on=done_on, role=role)


def relocate_task(random: Random) -> None:
    task = any_of(random, Task)
    if task:
        recording.relocate_task(task, any_of(random, Spot), None)


def relocate_request(random: Random) -> None:
    request = any_of(random, ServiceRequest)
    if request:
        recording.relocate_request(request, spot=any_of(random, Spot))


# ---- buttons: what two people press at once, on something new each round -------------------------------------------


def pair(number: int) -> tuple[Folder, Folder, Customer, Customer]:
    """Two folders side by side and two customers, that nobody else knows of."""
    one, two = (ownership.new_folder(f"{side} {number}", by=None) for side in ("Vasen", "Oikea"))
    first, second = (Customer.objects.create(name=f"{name} {number}") for name in ("Eka", "Toka"))
    return one, two, first, second


def two_attach(number: int) -> tuple[Action, Action]:
    folder, _, first, second = pair(number)
    return lambda: ownership.attach(first, folder, by=None), lambda: ownership.attach(second, folder, by=None)


def two_hand_over(number: int) -> tuple[Action, Action]:
    folder, _, first, second = pair(number)
    third = Customer.objects.create(name=f"Kolmas {number}")
    attachment, day = ownership.attach(third, folder, by=None), localdate()
    return (
        lambda: ownership.hand_over(attachment, first, day, by=None),
        lambda: ownership.hand_over(attachment, second, day, by=None),
    )


def two_close_a_customer(number: int) -> tuple[Action, Action]:
    folder, _, customer, _ = pair(number)
    ownership.attach(customer, folder, by=None)
    return (lambda: ownership.close_customer(customer, localdate(), by=None),) * 2


def two_move_into_each_other(number: int) -> tuple[Action, Action]:
    one, two, _, _ = pair(number)
    return (
        lambda: ownership.move_folder(one, two, localdate(), by=None),
        lambda: ownership.move_folder(two, one, by=None),
    )


def one_closes_a_customer_and_one_opens_its_work_order(number: int) -> tuple[Action, Action]:
    _, _, customer, _ = pair(number)
    return (
        lambda: ownership.close_customer(customer, localdate(), by=None),
        lambda: orders.open_order(f"Työ {number}", customer),
    )


def one_closes_a_customer_and_one_attaches_it(number: int) -> tuple[Action, Action]:
    """Either may be first; what was attached first is ended by the closing."""
    folder, _, customer, _ = pair(number)
    return (
        lambda: ownership.close_customer(customer, localdate(), by=None),
        lambda: ownership.attach(customer, folder, by=None),
    )


def one_closes_a_work_order_and_one_gives_it_to_a_task(number: int) -> tuple[Action, Action]:
    """Either may be first; a closed order takes no task."""
    order = orders.open_order(f"Suljettava {number}")
    role = Role.objects.get(name="Toimisto")
    return (
        lambda: orders.close_order(order, localdate()),
        lambda: recording.record_task(name="Työ", role=role, due_on=localdate(), work_order=order),
    )


def two_open_a_work_order(number: int) -> tuple[Action, Action]:
    return (lambda: orders.open_order(f"Yhtä aikaa {number}"),) * 2


def one_records_work_and_one_moves_its_spot(number: int) -> tuple[Action, Action]:
    one, two, _, _ = pair(number)
    spot, role, today = tree.new_spot(one, f"Laite {number}", by=None), Role.objects.get(name="Toimisto"), localdate()
    return (
        lambda: recording.record_task(name="Työ", role=role, due_on=today, spot=spot, state="done", done_on=today),
        lambda: places.move_spot(spot, two, today, by=None),
    )


def one_sends_the_same_form_twice(number: int) -> tuple[Action, Action]:
    """Both get the answer of the first."""
    email, name = f"kerran{number}@spotilla.example", f"Kerran {number}"
    clients = [Client(), Client()]
    office = User.objects.create_superuser(email, None)
    for client in clients:
        client.force_login(office)
    form = {"name": name, "email": "", "phone": "", "form_key": f"avain-{number:020}"}

    def send(client: Client) -> None:
        answer, rows = client.post("/contacts/new/", form), Contact.objects.filter(name=name)
        if [answer.headers.get("Location")] != [f"/contacts/{row.pk}/" for row in rows]:
            raise AssertionError(f"{answer.status_code}, and {len(rows)} contacts")

    return lambda: send(clients[0]), lambda: send(clients[1])


def seen(row: models.Model, **given: Any) -> Version:
    """What both have on their pages, and what one of them would write."""

    def read(row: models.Model) -> dict[str, Any]:
        return {name: getattr(row, name) for name in given}

    return Version(version_of(read(row)), given, read)


def two_finish_a_task(number: int) -> tuple[Action, Action]:
    spot = tree.new_spot(pair(number)[0], f"Laite {number}", by=None)
    role = Role.objects.get(name="Toimisto")
    task = recording.record_task(name="Työ", role=role, due_on=localdate(), spot=spot)
    versions = {minutes: seen(task, state="done", minutes=minutes) for minutes in (30, 60)}
    return (
        lambda: recording.change_task(task, "done", minutes=30, version=versions[30]),
        lambda: recording.change_task(task, "done", minutes=60, version=versions[60]),
    )


def two_rename_a_work_order(number: int) -> tuple[Action, Action]:
    order = orders.open_order(f"Vanha {number}")
    versions = {name: seen(order, name=name) for name in ("Yksi", "Toinen")}
    return (
        lambda: orders.change_order(order, name="Yksi", version=versions["Yksi"]),
        lambda: orders.change_order(order, name="Toinen", version=versions["Toinen"]),
    )


def two_put_the_same_tasks_into_their_work_orders(number: int) -> tuple[Action, Action]:
    """Each marked them in another order."""
    role, days = Role.objects.get(name="Toimisto"), localdate()
    spots = [tree.new_spot(folder, f"Laite {number}", by=None) for folder in pair(number)[:2]]
    tasks = [recording.record_task(name="Työ", role=role, due_on=days, spot=spot) for spot in spots]
    one, two = orders.open_order(f"Yksi {number}"), orders.open_order(f"Kaksi {number}")
    mine = {task: seen(task, work_order=one) for task in tasks}
    theirs = {task: seen(task, work_order=two) for task in reversed(tasks)}
    return lambda: recording.add_tasks(one, mine), lambda: recording.add_tasks(two, theirs)


BUTTONS = (
    two_attach,
    two_hand_over,
    two_close_a_customer,
    two_move_into_each_other,
    one_closes_a_customer_and_one_opens_its_work_order,
    one_closes_a_customer_and_one_attaches_it,
    one_closes_a_work_order_and_one_gives_it_to_a_task,
    two_open_a_work_order,
    two_finish_a_task,
    two_rename_a_work_order,
    two_put_the_same_tasks_into_their_work_orders,
    one_records_work_and_one_moves_its_spot,
    one_sends_the_same_form_twice,
)
