"""Nobody is led to a page that refuses them: every link of every page is followed, by people with few rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from accounts.models import Role, User
from accounts.rights import rights_to_offer
from customers.models import Contact, CustomerContact
from customers.ownership import attach, close_customer, hand_over
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LINK = re.compile(r'<a\b[^>]*?\shref="([^"#][^"]*)"|\shx-get="([^"]+)"')
ELSEWHERE = ("/static/", "/admin/", "/accounts/logout/", "mailto:")


def world() -> None:
    """Something on every page."""
    folder = factories.folder("Talo", factories.folder("Alue"))
    customer, other = factories.customer("A Oy"), factories.customer("B Oy")
    hand_over(attach(other, folder, by=None), customer, date(2026, 2, 1), by=None)
    close_customer(factories.customer("C Oy"), date(2026, 1, 1), by=None)
    CustomerContact.objects.create(customer=customer, contact=Contact.objects.create(name="Åsa"))
    spot, order = factories.spot(folder), factories.order(of=customer)
    factories.task(spot, work_order=order)
    factories.task(spot, done_on=date(2026, 3, 1), minutes=30)
    factories.task(work_order=order)
    factories.request(spot)
    factories.request(spot, done_on=date(2026, 3, 1))


def refused_links(client: Client) -> list[str]:
    """“/tasks/ → /folders/3/: 403” of each link that leads where the reader is refused; one page of each kind."""
    seen, waiting, refused = set[str](), [("", "/")], list[str]()
    while waiting:
        source, address = waiting.pop()
        match = resolve(urlsplit(address).path)
        kind = f"{match.namespace}:{match.url_name}:{bool(urlsplit(address).query)}"
        if kind in seen:
            continue
        seen.add(kind)
        response = client.get(address)
        if response.status_code in {301, 302}:
            waiting.append((source, response.headers["Location"]))
        elif response.status_code != 200:
            refused.append(f"{source} → {address}: {response.status_code}")
        elif "html" in response.headers["Content-Type"]:
            waiting += [(address, link) for link in links(response.text, address)]
    return refused


def links(page: str, address: str) -> Iterator[str]:
    for href, partial in LINK.findall(page):
        link = urljoin(address, unescape(href or partial))
        if not link.startswith(ELSEWHERE):
            yield link


@pytest.fixture(params=["empty", pytest.param("something on every page", marks=pytest.mark.long)])
def office_with(request: pytest.FixtureRequest, db: None) -> None:
    if request.param != "empty":
        world()


@pytest.mark.parametrize("role", ["Pääkäyttäjä", "Toimisto", "Lukija"])
def test_who_has_a_role_is_led_nowhere_that_refuses_them(office_with: None, role: str) -> None:
    person = factories.user("sari@spotilla.example")
    person.groups.add(Role.objects.get(name=role))
    assert refused_links(signed_in(person)) == []


@pytest.mark.long
def test_who_has_one_right_is_led_nowhere_that_refuses_them(office_with: None) -> None:
    names = [f"{right.content_type.app_label}.{right.codename}" for right in rights_to_offer()]
    people = {name: factories.user(f"{name}@spotilla.example", name) for name in names}
    people["none"] = factories.user("none@spotilla.example")
    assert refusals(people) == {}


def refusals(people: dict[str, User]) -> dict[str, list[str]]:
    found = {name: refused_links(signed_in(person)) for name, person in people.items()}
    return {name: refused for name, refused in found.items() if refused}


def test_a_refusal_leads_to_a_page_that_may_be_opened() -> None:
    person = signed_in(factories.user("sari@spotilla.example", "folders.view_spot"))
    refusal = person.get("/customers/")
    content = refusal.text.split('<main id="content"')[1]
    assert refusal.status_code == 403
    assert [person.get(link, follow=True).status_code for link in links(content, "/customers/")] == [200]
