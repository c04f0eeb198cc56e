"""Each address is opened by who has the rights that the table names, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from customers.importing.save import save
from customers.models import Contact, CustomerContact
from customers.ownership import attach, close_customer, hand_over
from folders.models import Operation
from sheets.importing.uploads import judge_all
from sheets.models import Upload
from tests import factories
from tests.access.routes import OPEN, OPEN_ARGUMENTS, ROUTES, WITHOUT_RIGHTS, Route
from tests.customers.importing import table
from tests.sheets.books import book, given
from workorders.models import Task
from workorders.orders import close_order

GONE = 10**9  # an id that nothing has


class World:
    """A row for each word that stands in an address, and the users who ask."""

    def __init__(self) -> None:
        self.office = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
        self.colleague = factories.user("katselija@spotilla.example", "view")
        self.stranger = factories.user("vieras@spotilla.example")
        self.rights = list(Permission.objects.all())
        self.all_but = factories.user("melkein@spotilla.example")
        self.customer, self.closed = factories.customer(), factories.customer()
        close_customer(self.closed, date(2026, 1, 1), by=None)
        self.folder = factories.folder()
        self.earlier = attach(factories.customer(), self.folder, by=None)
        self.later = hand_over(self.earlier, self.customer, date(2026, 2, 1), by=None)
        self.spot = factories.spot(self.folder)
        self.contact = Contact.objects.create(name="Åsa Öberg")
        self.link = CustomerContact.objects.create(contact=self.contact, customer=self.customer)
        self.order, self.closed_order = factories.order(of=self.customer), factories.order()
        close_order(self.closed_order, date(2026, 3, 1))
        self.task = factories.task(self.spot, state=Task.State.OPEN)
        self.request = factories.request(self.spot)
        self.uploads = {
            user.pk: Upload.objects.create(name="asiakkaat.xlsx", content=given("own/virheet.xlsx"), user=user)
            for user in (self.office, self.colleague, self.stranger, self.all_but)
        }
        wrong = {
            "spots": book(["Spotti", "Kansio"], ["A", "Ei / ole"]),
            "folders": book(["Kansio"], ["A;B"]),
            "contacts": book(["Nimi", "Asiakas"], ["A", "Ei ole"]),
        }
        self.others = {
            f"{about}_upload": {
                user.pk: Upload.objects.create(about=about, name=f"{about}.xlsx", content=content, user=user)
                for user in (self.office, self.colleague, self.stranger, self.all_but)
            }
            for about, content in wrong.items()
        }
        for upload in (*self.uploads.values(), *(each for of in self.others.values() for each in of.values())):
            judge_all(upload, upload.user)  # as when it was sent
        self.imports = {pk: self.imported(upload.user) for pk, upload in self.uploads.items()}
        self.others |= {
            f"{about}_imported": {
                pk: self.imported_as(about, 1000 * place + pk, upload.user) for pk, upload in self.uploads.items()
            }
            for place, about in enumerate(wrong, 1)
        }

    def imported(self, user: User | None) -> Upload:
        upload = Upload(name="asiakkaat.xlsx", content=b"", user=user)
        save(table(["Nimi"], ["A Oy"]), update=False, by=None, upload=upload)
        return upload

    def imported_as(self, about: str, number: int, user: User | None) -> Upload:
        Operation.objects.create(number=number, user=user, kind=f"import_{about}", arguments={"rows": []})
        imported = {
            "state": Upload.State.IMPORTED,
            "imported": timezone.now(),
            "operation": number,
        }
        upload = Upload.objects.create(about=about, name=f"{about}.xlsx", content=b"", user=user, **imported)
        upload.ledger.create(number=2, model="sheets.upload", row=GONE)  # it has written something
        return upload

    def address(self, name: str, user: User | None = None, *, gone: bool = False) -> str:
        """The address of a route about the world's own rows, or about a row that is not there."""
        asker = user.pk if user else self.office.pk
        uploads = {"upload": self.uploads[asker]} | {word: of[asker] for word, of in self.others.items()}
        rows = uploads | {"imported": self.imports[asker]} | self.__dict__
        of = ROUTES[name].of if name in ROUTES else ()
        args = [GONE if gone else rows[word].pk for word in of] or OPEN_ARGUMENTS.get(name)
        address = reverse(name, args=args)
        return f"{address}?{ROUTES[name].query}" if name in ROUTES and ROUTES[name].query else address

    def ask(self, name: str, user: User | None, *, gone: bool = False) -> Any:
        client = Client()
        if user is not None:
            client.force_login(user)
        address = self.address(name, user, gone=gone)
        return client.post(address) if name in ROUTES and ROUTES[name].post else client.get(address)

    def without(self, right: str) -> User:
        """Somebody who may do all but one thing."""
        app, codename = right.split(".")
        kept = [row for row in self.rights if (row.content_type.app_label, row.codename) != (app, codename)]
        assert len(kept) == len(self.rights) - 1, f"there is no right {right}"
        self.all_but.user_permissions.set(kept)
        again: User = User.objects.get(pk=self.all_but.pk)  # without the rights that it remembers
        return again


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.once]

each_route = pytest.mark.parametrize(("name", "route"), ROUTES.items(), ids=ROUTES)


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)


def test_every_route_stands_in_the_table_once_by_a_name_of_its_own() -> None:
    """The admin's routes are tested in test_admin.py."""
    assert sorted(names(get_resolver())) == sorted({*ROUTES, *WITHOUT_RIGHTS})


@each_route
def test_who_is_not_logged_in_is_sent_to_log_in(world: World, name: str, route: Route) -> None:
    response = world.ask(name, None)
    address = quote(world.address(name), safe="/")
    assert (response.status_code, response["Location"]) == (302, f"{reverse('login')}?next={address}")


@each_route
def test_a_stranger_is_refused(world: World, name: str, route: Route) -> None:
    assert world.ask(name, world.stranger).status_code == 403


@each_route
def test_a_colleague_who_may_look_sees_pages_and_changes_nothing(world: World, name: str, route: Route) -> None:
    may_look = all(right.split(".")[1].startswith("view_") for right in route.needs)
    assert world.ask(name, world.colleague).status_code == (200 if may_look else 403)
    client = Client()
    client.force_login(world.colleague)
    if not may_look:
        assert client.post(world.address(name, world.colleague)).status_code == 403


@each_route
def test_the_office_is_answered(world: World, name: str, route: Route) -> None:
    assert world.ask(name, world.office).status_code == route.answer


@each_route
def test_each_of_the_rights_is_needed(world: World, name: str, route: Route) -> None:
    for right in route.needs:
        assert (right, world.ask(name, world.without(right)).status_code) == (right, 403)


@each_route
def test_what_is_not_seen_is_not_found(world: World, name: str, route: Route) -> None:
    for right in route.sees:
        assert (right, world.ask(name, world.without(right)).status_code) == (right, 404)
    if route.of:
        assert world.ask(name, world.office, gone=True).status_code == 404


def test_the_file_that_another_is_importing_is_not_found(world: World) -> None:
    client = Client()
    client.force_login(world.office)
    assert client.get(world.address("customers:import_preview", world.all_but)).status_code == 404


@pytest.mark.parametrize("name", WITHOUT_RIGHTS)
def test_without_a_right_only_ones_own_is_opened(world: World, name: str) -> None:
    """What is open needs no log-in; the rest does."""
    response = world.ask(name, None)
    login = f"{reverse('login')}?next={world.address(name)}"
    assert (response.headers.get("Location") == login) == (name not in OPEN)
