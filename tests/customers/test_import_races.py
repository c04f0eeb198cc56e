"""Two at once: the schema has the last word, and whoever loses reads which rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from customers.importing.columns import COLUMNS
from customers.importing.save import save
from customers.models import Customer
from folders.models import Operation
from sheets.importing.keeping import NotImported
from sheets.limits import Limits
from sheets.models import Upload
from sheets.tables import read_table
from tests import factories
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

NOKIA, KONE = "0112038-9", "1927400-1"


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Each in a thread with a connection of its own; what each gives, or the exception that it ends in."""
    results: list[Any] = [None] * len(actions)

    def run(number: int, action: Callable[[], Any]) -> None:
        try:
            with translation.override("en"):
                results[number] = action()
        except Exception as error:  # noqa: BLE001 – whatever a thread ends in is its result
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def wait_for_somebody_to_wait() -> None:
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute(  # for this connection: the server has other databases, whose tests wait too
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.05)


def in_the_middle(form: Callable[[], Any], imports: Callable[[], Any]) -> Any:
    """What an import gives, or ends in, in whose middle a form is saved: unseen by its judging, and in the way of its
    writing.
    """
    written = threading.Event()

    def saves() -> None:
        with transaction.atomic():
            form()
            written.set()
            wait_for_somebody_to_wait()

    def after() -> Any:
        written.wait(10)
        return imports()

    formed, imported = at_once(saves, after)
    assert formed is None
    return imported


def test_a_form_that_saves_the_same_business_id_in_the_middle_of_an_import_wins_and_the_row_is_named() -> None:
    table = read_table(book(["Nimi", "Y-tunnus"], ["A Oy", KONE], ["B Oy", NOKIA]), COLUMNS, Limits(), most_rows=10)
    lost = in_the_middle(
        lambda: Customer.objects.create(name="Nopea Oy", business_id=NOKIA),
        lambda: save(table, update=False, by=None),
    )
    assert isinstance(lost, NotImported)
    assert str(lost) == "Somebody changed the same data at the same moment; nothing was saved."
    assert [(problem.row, problem.text) for problem in lost.plan.problems] == [
        (3, "This is already that of “Nopea Oy”.")
    ]
    assert list(Customer.objects.values_list("name", flat=True)) == ["Nopea Oy"]
    assert not Operation.objects.filter(kind="import_customers").exists()


def test_eight_imports_of_the_same_file_at_once_save_it_once() -> None:
    factories.folder()  # from the first change on there is a row to lock
    content = book(["Nimi", "Y-tunnus"], ["A Oy", NOKIA], ["B Oy", KONE])

    def imports() -> Any:
        return save(read_table(content, COLUMNS, Limits(), most_rows=10), update=False, by=None).counts()["new"]

    results = at_once(*[imports] * 8)
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["A Oy", "B Oy"]
    assert [result for result in results if result == 2] == [2]
    lost = [result for result in results if isinstance(result, NotImported)]
    assert [{problem.row for problem in each.plan.problems} for each in lost] == [{2, 3}] * 7


def test_the_button_pressed_twice_at_the_same_moment_imports_once() -> None:
    factories.folder()  # from the first change on there is a row to lock
    office = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
    upload = Upload.objects.create(name="a.xlsx", content=book(["Nimi"], ["A Oy"], ["B Oy"]), user=office)
    target = reverse("customers:import_preview", args=[upload.pk])
    clients = [Client(), Client(), Client()]
    for client in clients:
        client.force_login(office)
    answers = at_once(*[lambda client=client: client.post(target).status_code for client in clients])
    assert answers == [302, 302, 302]
    assert Customer.objects.count() == 2
