"""Long imports run behind the page: how far they are, cancelled in time, ended when their worker has died."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from customers.models import Customer
from sheets.importing.running import import_upload
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA = "0112038-9"


@pytest.fixture(autouse=True)
def long_from_two_rows_on(settings: Any) -> None:
    settings.IMPORT_ROWS_AT_ONCE = 2


def asked(page: Page, *rows: list[Any], headings: list[str] | None = None) -> Upload:
    """Three rows, sent, looked at, and their import asked for."""
    answer = page.send(book(headings or ["Nimi"], *(rows or (["A Oy"], ["B Oy"], ["C Oy"]))))
    target = answer.redirect_chain[-1][0]
    assert page.client.post(target, {"seen": answer.context["seen"]})["Location"] == target
    return Upload.objects.latest("pk")


def shown(page: Page, upload: Upload) -> str:
    return str(page.client.get(reverse("customers:import_preview", args=[upload.pk])).content.decode())


def work() -> None:
    """What a worker does with the tasks that wait."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        import_upload.call(*task.args_kwargs["args"])
        task.set_successful(None)


def test_up_to_the_limit_the_request_imports_and_above_it_a_worker(clerk: Page) -> None:
    assert asked(clerk, ["A Oy"], ["B Oy"]).state == "imported"
    upload = asked(clerk)
    assert (upload.state, Customer.objects.count()) == ("running", 2)
    assert "Waiting for its turn" in shown(clerk, upload)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.result["new"], Customer.objects.count()) == ("imported", 3, 5)
    assert "The customers were imported" in shown(clerk, upload)


def test_the_button_pressed_again_asks_for_nothing_more(clerk: Page) -> None:
    upload = asked(clerk)
    clerk.client.post(reverse("customers:import_preview", args=[upload.pk]))
    assert DBTaskResult.objects.count() == 1
    work()
    import_upload.call(upload.pk)  # as a task does that was asked for twice
    assert Customer.objects.count() == 3


def test_the_worker_imports_as_the_one_who_asked_and_in_their_language(importer: User) -> None:
    importer.language = "sv"
    importer.save()
    upload = asked(Page(signed_in(importer)))
    work()
    change = Customer.objects.earliest("pk").changes.get()
    assert (change.user, change.how) == (importer, "import")
    assert upload.user == importer


def test_the_page_of_a_run_asks_each_second_and_is_sent_on_at_its_end(clerk: Page) -> None:
    upload = asked(clerk)
    target = reverse("customers:import_progress", args=[upload.pk])
    fragment = clerk.client.get(target, headers={"HX-Request": "true"})
    assert fragment.content.decode().strip().startswith('<div id="progress"')
    assert 'hx-trigger="every 1s"' in fragment.content.decode()
    assert "<noscript>" in shown(clerk, upload)
    work()
    end = clerk.client.get(target, headers={"HX-Request": "true"})
    assert end.headers["HX-Redirect"] == reverse("customers:import_preview", args=[upload.pk])


def test_it_is_found_again_in_the_list_of_imports(clerk: Page) -> None:
    upload = asked(clerk)
    page = clerk.client.get(reverse("customers:imports")).content.decode()
    assert reverse("customers:import_preview", args=[upload.pk]) in page
    assert "being imported" in page


# ---- other ends ------------------------------------------------------------------------------------------------------


def test_a_run_is_cancelled_before_the_writing_begins(clerk: Page) -> None:
    upload = asked(clerk)
    answer = clerk.client.post(reverse("customers:import_cancel", args=[upload.pk]), follow=True)
    assert "The import was cancelled; nothing was saved." in answer.content.decode()
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.ended, Customer.objects.count()) == ("waiting", "cancelled", 0)
    assert clerk.client.post(reverse("customers:import_preview", args=[upload.pk])).status_code == 302
    work()
    assert Customer.objects.count() == 3


def test_another_cannot_cancel_it(clerk: Page, office: User) -> None:
    upload = asked(clerk)
    assert signed_in(office).post(reverse("customers:import_cancel", args=[upload.pk])).status_code == 404
    assert Upload.objects.get().state == "running"


def test_a_run_that_finds_problems_saves_nothing_and_shows_them(clerk: Page) -> None:
    upload = asked(clerk, ["A Oy", NOKIA], ["B Oy", ""], ["C Oy", ""], headings=["Nimi", "Y-tunnus"])
    factories.customer("Nopea Oy", business_id=NOKIA)
    work()
    page = shown(clerk, upload)
    assert "The file has problems; nothing was saved." in page
    assert "This is already that of “Nopea Oy”." in page
    assert Customer.objects.count() == 1


def test_a_run_that_would_do_something_else_than_was_seen_saves_nothing(office: User) -> None:
    office.language = "en"
    office.save()
    desk = Page(signed_in(office))
    headings = ["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"]
    upload = asked(desk, *[[f"{n} Oy", "Aino", "a@example.com"] for n in range(3)], headings=headings)
    factories.customer("Muu Oy").contacts.create(name="Aino", email="a@example.com")
    work()
    assert "What the import would do has changed since you looked" in shown(desk, upload)
    assert Customer.objects.count() == 1


def test_a_right_that_was_taken_away_ends_the_run(clerk: Page, importer: User) -> None:
    upload = asked(clerk)
    importer.user_permissions.clear()
    work()
    upload.refresh_from_db()
    assert (upload.state, Customer.objects.count()) == ("waiting", 0)


def test_a_run_that_no_worker_begins_in_ten_minutes_is_ended(clerk: Page) -> None:
    upload = asked(clerk)
    Upload.objects.update(queued=timezone.now() - timedelta(minutes=9))
    assert "Waiting for its turn" in shown(clerk, upload)
    Upload.objects.update(queued=timezone.now() - timedelta(minutes=11))
    assert "The import was not begun in ten minutes" in shown(clerk, upload)
    work()
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("begun", [True, False])
def test_a_run_whose_worker_has_died_is_ended_when_somebody_looks(clerk: Page, begun: bool) -> None:
    upload = asked(clerk)
    taken = DBTaskResult.objects.get()
    taken.claim("dead")
    if begun:
        Upload.objects.update(begun=timezone.now())
    else:
        assert "Waiting for its turn" in shown(clerk, upload)
    half_a_minute_ago = timezone.now() - timedelta(seconds=31)
    DBTaskResult.objects.update(started_at=half_a_minute_ago)
    Upload.objects.update(queued=half_a_minute_ago)
    assert "The import broke off before its end; nothing was saved." in shown(clerk, upload)
    assert DBTaskResult.objects.get().status == "FAILED"
    upload.refresh_from_db()
    assert (upload.state, upload.ended) == ("waiting", "stopped")
    assert clerk.client.post(reverse("customers:import_preview", args=[upload.pk])).status_code == 302
    work()
    assert Customer.objects.count() == 3
