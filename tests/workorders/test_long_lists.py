"""Lists that are too long to count: what the pager says of them, and that both ends are the real ends."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from tests.marks import long
from tests.workorders.many import many_tasks
from workorders.models import Task

PER_PAGE, COUNTED = 50, 120


@pytest.fixture
def counting_to_120(settings: Settings) -> None:
    settings.LISTS_COUNT_TO = COUNTED


def shown(client: Client, address: str) -> list[int]:
    return [task.pk for task in client.get(address).context["page"]]


def foot(client: Client, page: str) -> tuple[str, list[str]]:
    """What the foot of the list says, and the pages that its links lead to, in order."""
    html = client.get("/tasks/", {"page": page} if page else {}).content.decode()
    pager = html[html.index('class="card-footer pager"') :]
    said = re.sub(r"<[^>]+>", "", pager[: pager.index("<nav")]).split(">", 1)[1]
    links = re.findall(r'<a href="([^"]*)"', pager[: pager.index("</nav>")])
    return " ".join(said.split()), links


def in_order() -> list[int]:
    return list(Task.objects.order_by("due_on", "pk").values_list("pk", flat=True))


@pytest.mark.usefixtures("counting_to_120")
@pytest.mark.parametrize("rows", [51, *long([1, 49, 50, 100, 119, 120])])
def test_a_short_list_is_turned_from_either_end_and_any_page_that_is_not_there_is_the_nearest(
    office_client: Client, rows: int
) -> None:
    many_tasks(rows)
    every = in_order()
    pages = [every[start : start + PER_PAGE] for start in range(0, rows, PER_PAGE)]
    forwards = {number: shown(office_client, f"/tasks/?page={number}") for number in range(1, len(pages) + 1)}
    backwards = {number: shown(office_client, f"/tasks/?page=-{number}") for number in range(1, len(pages) + 1)}
    assert forwards == dict(enumerate(pages, 1))
    assert backwards == dict(enumerate(reversed(pages), 1))
    beyond = [shown(office_client, f"/tasks/?page={number}") for number in ("99", "-99", "0", "seven")]
    assert beyond == [pages[-1], pages[0], pages[0], pages[0]]


@pytest.mark.long
@pytest.mark.usefixtures("counting_to_120")
def test_a_long_list_shows_its_real_last_rows_though_nobody_counted_them(office_client: Client) -> None:
    many_tasks(COUNTED + 13)
    every = in_order()
    assert shown(office_client, "/tasks/?page=-1") == every[-50:]
    assert shown(office_client, "/tasks/?page=-2") == every[-100:-50]
    assert shown(office_client, "/tasks/?page=-3") == every[:33]
    assert [shown(office_client, f"/tasks/?page={page}") for page in (1, 2, 3, 4)] == [
        *(every[:50], every[50:100], every[100:], [])
    ]
    newest_first = "/tasks/?o=-due&page=-1"
    assert shown(office_client, newest_first) == list(
        reversed(Task.objects.order_by("due_on", "pk").values_list("pk", flat=True)[:50])
    )


@pytest.mark.usefixtures("counting_to_120")
def test_the_foot_of_a_long_list_says_so_and_leads_to_the_first_the_last_and_the_pages_beside(
    office_client: Client,
) -> None:
    many_tasks(COUNTED + 1)
    assert foot(office_client, "") == ("1–50 / yli 120", ["?page=2", "?page=-1"])
    assert foot(office_client, "2") == ("51–100 / yli 120", ["?", "?page=1", "?page=3", "?page=-1"])
    assert foot(office_client, "-1") == ("1–50 lopusta / yli 120", ["?", "?page=-2"])
    assert foot(office_client, "-2") == ("51–100 lopusta / yli 120", ["?", "?page=-3", "?page=-1", "?page=-1"])


@pytest.mark.usefixtures("counting_to_120")
@pytest.mark.parametrize(
    ("language", "said"), [("en", "1–50 from the end / over 120"), ("sv", "1–50 från slutet / över 120")]
)
def test_it_says_so_in_the_readers_language(office: User, office_client: Client, language: str, said: str) -> None:
    User.objects.filter(pk=office.pk).update(language=language)
    many_tasks(COUNTED + 1)
    assert foot(office_client, "-1")[0] == said


@pytest.mark.usefixtures("counting_to_120")
def test_the_foot_of_a_short_list_counts_it(office_client: Client) -> None:
    many_tasks(COUNTED)
    assert foot(office_client, "2") == ("51–100 / 120", ["?page=1", "?page=2", "?page=3"])


@pytest.mark.usefixtures("counting_to_120")
def test_two_hundred_pages_from_either_end_is_as_far_as_one_turns(
    office_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spotilla.pages.FURTHEST", 2)
    many_tasks(COUNTED + 100)
    said, links = foot(office_client, "2")
    assert (said, links) == (
        "51–100 / yli 120 Rajaa luetteloa, niin näet väliin jäävät rivit.",
        ["?", "?page=1", "?page=-1"],
    )
    assert shown(office_client, "/tasks/?page=3") == shown(office_client, "/tasks/?page=2")
    assert shown(office_client, "/tasks/?page=-3") == shown(office_client, "/tasks/?page=-2")


@pytest.mark.usefixtures("counting_to_120")
@pytest.mark.parametrize("rows", [COUNTED, COUNTED + 1, 1000])
@pytest.mark.parametrize("page", ["-2", *long(["1", "2", "-1"])])
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    office_client: Client, rows: int, page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_tasks(rows)
    with django_assert_num_queries(8):  # session, user, count, tasks, paths, owners, customers, roles to choose from
        office_client.get("/tasks/", {"page": page})
