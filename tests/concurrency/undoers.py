"""An import is taken back while others edit its customers, link people to them, attach folders and open work orders.

Run by test_undoing_at_once.py as `python -m tests.concurrency.undoers ROUNDS` with DATABASE_URL naming a migrated,
empty database of its own. Whatever somebody was told is done must stand afterwards. Prints one line of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import django

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import IntegrityError, connections, transaction  # noqa: E402

from customers import ownership  # noqa: E402
from customers.importing.save import save  # noqa: E402
from customers.importing.taking_back import undo_import  # noqa: E402
from customers.models import Attachment, Contact, Customer, CustomerContact  # noqa: E402
from customers.sql.rebuild import differences  # noqa: E402
from folders.models import Folder  # noqa: E402
from sheets.importing.undoing import NotUndone  # noqa: E402
from sheets.models import Upload  # noqa: E402
from tests import factories  # noqa: E402
from tests.customers.importing import table  # noqa: E402
from workorders.models import WorkOrder  # noqa: E402
from workorders.orders import open_order  # noqa: E402

FORK = multiprocessing.get_context("fork")
ROWS, STEPS = 300, 12


def edit(customer: int, mark: str) -> None:
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=customer)
        row.city = mark
        row.save()


def link(customer: int, mark: str) -> None:
    with transaction.atomic():
        contact = Contact.objects.create(name=mark)
        CustomerContact.objects.create(customer_id=customer, contact=contact)


def use_contact(customer: int, mark: str) -> None:
    """Links the import's own contact to somebody else."""
    contact = Contact.objects.get(customer_links__customer=customer, email__startswith="h")
    other = factories.customer(mark)
    CustomerContact.objects.create(customer=other, contact=contact)


def attach(customer: int, mark: str) -> None:
    ownership.attach(Customer.objects.get(pk=customer), factories.folder(mark), by=None)


def order(customer: int, mark: str) -> None:
    open_order(mark, Customer.objects.get(pk=customer))


KINDS: dict[str, Callable[[int, str], None]] = {
    each.__name__: each for each in (edit, link, use_contact, attach, order)
}


def somebody(kind: str, seed: str, customers: list[int], together: Any, results: Any) -> None:
    random, told = Random(seed), []
    together.wait()
    for step in range(STEPS):
        customer, mark = random.choice(customers), f"{seed}/{step}"
        try:
            KINDS[kind](customer, mark)
            told.append((kind, customer, mark, "done"))
        except (ValidationError, IntegrityError, Customer.DoesNotExist, Contact.DoesNotExist):
            told.append((kind, customer, mark, "refused"))  # the customer went while it was being read
        except Exception:  # noqa: BLE001  # whatever goes wrong is what we look for
            told.append((kind, customer, mark, traceback.format_exc()))
    results.put(told)
    connections.close_all()


def undoer(upload: Upload, together: Any, results: Any) -> None:
    together.wait()
    try:
        counts = undo_import(upload, by=None).counts()
        told = f"back {counts['back']}, stay {counts['edited'] + counts['cannot']}"
    except NotUndone:
        told = "refused"
    except Exception:  # noqa: BLE001
        told = traceback.format_exc()
    results.put([("undo", 0, "", told)])
    connections.close_all()


def stands(kind: str, customer: int, mark: str) -> bool:
    if kind == "edit":
        return Customer.objects.filter(pk=customer, city__startswith=mark.partition("/")[0]).exists()
    if kind == "link":
        return CustomerContact.objects.filter(customer=customer, contact__name=mark).exists()
    if kind == "use_contact":
        return CustomerContact.objects.filter(customer__name=mark).exists()
    if kind == "attach":
        return Attachment.objects.filter(customer=customer, folder__name=mark).exists()
    return WorkOrder.objects.filter(customer=customer, name=mark).exists()


def round_of(number: int) -> tuple[Counter[str], list[str], str]:
    rows = [[f"{number}/{n} Oy", f"Henkilö {number}/{n}", f"h{number}.{n}@example.com"] for n in range(ROWS)]
    upload = Upload(name="a.xlsx", content=b"")
    headings = ["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"]
    save(table(headings, *rows), update=False, by=None, upload=upload)
    customers = list(Customer.objects.filter(name__startswith=f"{number}/").values_list("pk", flat=True))
    connections.close_all()
    together, results = FORK.Barrier(len(KINDS) + 1), FORK.Queue()
    people = [FORK.Process(target=undoer, args=(upload, together, results))]
    people += [
        FORK.Process(target=somebody, args=(kind, f"{number}.{kind}", customers, together, results)) for kind in KINDS
    ]
    for person in people:
        person.start()
    told = [each for _person in people for each in results.get(timeout=120)]
    for person in people:
        person.join()
    undone = next(end for kind, *_rest, end in told if kind == "undo")
    others = [each for each in told if each[0] != "undo"]
    wrong = [f"{kind}: {end}" for kind, *_rest, end in others if end not in {"done", "refused"}]
    wrong += [] if undone.startswith("back") or undone == "refused" else [undone]
    for kind, customer, mark, end in others:
        if end == "done" and not stands(kind, customer, mark):
            wrong.append(f"{kind} {mark} of {customer} was done and is gone; {undone}")
    return Counter(end for *_rest, end in others), wrong, undone


def main(rounds: int) -> None:
    told = [round_of(number) for number in range(rounds)]
    ends: Counter[str] = sum((counted for counted, _wrong, _undone in told), Counter())
    wrong = [each for _ends, found, _undone in told for each in found]
    if differences():
        wrong.append("coverage")
    undone = [each for _ends, _wrong, each in told]
    print(json.dumps({"ends": ends, "wrong": wrong, "undone": undone, "folders": Folder.objects.count()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
