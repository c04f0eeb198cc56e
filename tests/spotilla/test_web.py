"""What every page shares: whole pages and fragments, pages of a list, days in forms, redirects inside htmx."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.utils import translation

from folders.models import Folder
from spotilla.web import DateField, paginate, wants_fragment
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({}, False),
        (HTMX, True),
        (HTMX | {"HX-Request-Type": "partial"}, True),
        (HTMX | {"HX-Request-Type": "full"}, False),
        (HTMX | {"HX-Boosted": "true"}, False),
        (HTMX | {"HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_part_of_the_page_is_asked_for_as_a_fragment(headers: dict[str, str], fragment: bool) -> None:
    assert wants_fragment(RequestFactory().get("/spots/", headers=headers)) is fragment


def test_a_page_number_that_is_not_there_gives_the_nearest_page(db: None) -> None:
    for _number in range(3):
        factories.folder()
    for asked, given in (("", 1), ("2", 2), ("99", 2), ("x", 1), ("-1", 2)):
        page = paginate(RequestFactory().get("/", {"page": asked}), Folder.objects.in_order(), per_page=2)
        assert (page.number, page.paginator.count) == (given, 3)


@pytest.mark.parametrize("language", ["fi", "en", "sv"])
def test_a_day_is_understood_as_the_browser_sends_it_and_as_people_type_it(language: str) -> None:
    with translation.override(language):
        assert DateField().clean("2026-03-01") == date(2026, 3, 1)
        assert DateField().clean("1.3.2026") == date(2026, 3, 1)
        with pytest.raises(ValidationError):
            DateField().clean("3/1/2026")


def test_a_log_in_that_has_run_out_opens_the_log_in_page_and_comes_back_to_the_page_that_was_open(db: None) -> None:
    here = {"HX-Current-URL": "http://testserver/folders/?q=talo"}
    answer = Client().get("/folders/5/branch/", headers=HTMX | here)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Ffolders%2F%3Fq%3Dtalo"


def test_what_redirects_redirects_the_whole_page_inside_htmx(office_client: Client) -> None:
    whole = office_client.post("/folders/new/", {"name": "Puistola"})
    assert whole.status_code == 302
    part = office_client.post("/folders/new/", {"name": "Malmi"}, headers=HTMX)
    folder = Folder.objects.get(name="Malmi")
    assert (part.status_code, part.headers["HX-Redirect"]) == (200, f"/folders/{folder.pk}/")


def test_no_page_may_run_what_does_not_come_from_its_own_server(office_client: Client) -> None:
    policy = office_client.get("/folders/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
