"""A new installation has three roles that work, and rights have names that people know."""

from __future__ import annotations

import re
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from accounts.rights import APPS, name_right, rights_to_offer
from tests import factories
from tests.access.routes import ROUTES
from tests.conftest import signed_in
from tests.structure.sources import product_files, templates

pytestmark = pytest.mark.django_db

NEEDED = {right for route in ROUTES.values() for right in (*route.needs, *route.sees)}


def rights_of(role: str) -> set[str]:
    found = Role.objects.get(name=role).permissions.select_related("content_type")
    return {f"{right.content_type.app_label}.{right.codename}" for right in found}


def with_role(role: str, **fields: Any) -> User:
    person = factories.user(f"{role.lower()}@spotilla.example".replace("ä", "a"), **fields)
    person.groups.add(Role.objects.get(name=role))
    return person


# ---- the first three -------------------------------------------------------------------------------------------------


def test_the_administrators_role_has_every_right_that_is_offered() -> None:
    offered = {f"{right.content_type.app_label}.{right.codename}" for right in rights_to_offer()}
    assert rights_of("Pääkäyttäjä") == offered


def test_the_offices_role_opens_every_page_of_the_office_and_touches_no_user() -> None:
    rights = rights_of("Toimisto")
    assert NEEDED - rights == set()
    assert {right for right in rights if right.startswith("accounts.")} == {"accounts.view_role"}


def test_the_readers_role_opens_every_page_that_is_looked_at_and_changes_nothing() -> None:
    rights = rights_of("Lukija")
    assert {right for right in NEEDED if ".view_" in right} - rights == set()
    assert {right for right in rights if ".view_" not in right} == set()
    assert {right for right in rights if right.startswith("accounts.")} == {"accounts.view_role"}


def test_roles_are_made_where_there_is_no_user_and_left_as_they_are_where_there_is() -> None:
    migration: Any = import_module("workorders.migrations.0009_first_roles")
    state = MigrationLoader(connection).project_state(("workorders", "0009_first_roles"))
    editor = SimpleNamespace(connection=connection)
    Role.objects.exclude(name="Toimisto").delete()
    Role.objects.get(name="Toimisto").permissions.clear()
    user = factories.user("sari@spotilla.example")
    migration.first_roles(state.apps, editor)
    assert [(role.name, role.permissions.count()) for role in Role.objects.all()] == [("Toimisto", 0)]
    user.delete()
    Role.objects.create(name="Lukija").permissions.add(Permission.objects.get(codename="add_task"))
    migration.first_roles(state.apps, editor)
    assert sorted(Role.objects.values_list("name", flat=True)) == ["Lukija", "Pääkäyttäjä", "Toimisto"]
    assert (rights_of("Lukija"), NEEDED - rights_of("Toimisto")) == ({"workorders.add_task"}, set())


def test_an_administrator_by_role_makes_a_user_with_a_role() -> None:
    client = signed_in(with_role("Pääkäyttäjä"))
    assert reverse("admin:index") in client.get(reverse("customers:list")).text
    password = {"password1": "pitkä-salasana-9", "password2": "pitkä-salasana-9", "usable_password": "true"}
    new = {"email": "uusi@spotilla.example", "language": "fi"} | password
    assert client.post(reverse("admin:accounts_user_add"), new).status_code == 302
    made = User.objects.get(email="uusi@spotilla.example")
    address = reverse("admin:accounts_user_change", args=[made.pk])
    offered = re.findall(r'<option value="\d+">([^<]+)', client.get(address).text)
    assert {"Lukija", "Pääkäyttäjä", "Toimisto"} <= set(offered)
    given = {"email": made.email, "language": "fi", "is_active": "on", "groups": Role.objects.get(name="Toimisto").pk}
    assert client.post(address, given).status_code == 302
    assert [group.name for group in User.objects.get(pk=made.pk).groups.all()] == ["Toimisto"]
    assert signed_in(made).get(reverse("workorders:task_new")).status_code == 200


@pytest.mark.parametrize("role", ["Toimisto", "Lukija"])
def test_who_may_change_no_user_does_not_come_into_the_admin(role: str) -> None:
    client = signed_in(with_role(role))
    assert client.get(reverse("admin:index")).status_code == 302
    assert reverse("admin:index") not in client.get(reverse("customers:list")).text


# ---- names -----------------------------------------------------------------------------------------------------------


def test_every_right_that_the_program_asks_for_is_offered() -> None:
    asked = re.compile(rf"\b({'|'.join(APPS)})\.((?:view|add|change|delete)_[a-z]+)")
    found = {match.group(0) for path in [*product_files(), *templates()] for match in asked.finditer(path.read_text())}
    offered = {f"{right.content_type.app_label}.{right.codename}" for right in rights_to_offer()}
    assert (found | NEEDED) - offered == set()


@pytest.mark.parametrize(
    ("language", "name"), [("fi", "Asiakkaat: katsella"), ("sv", "Kunder: se"), ("en", "Customers: view")]
)
def test_rights_are_offered_by_names_in_the_readers_language(office: User, language: str, name: str) -> None:
    User.objects.filter(pk=office.pk).update(language=language)
    for model, row in (("user", office), ("role", Role.objects.get(name="Toimisto"))):
        page = signed_in(office).get(reverse(f"admin:accounts_{model}_change", args=[row.pk])).text
        field = page.split(f'<select name="{"permissions" if model == "role" else "user_permissions"}"')[1]
        offered = re.findall(r"<option[^>]*>([^<]+)", field.split("</select>")[0])
        assert (offered, len(offered)) == (sorted(offered), rights_to_offer().count())
        assert name in offered
        assert [text for text in offered if "|" in text or "Can " in text] == []


def test_who_may_not_give_rights_reads_their_names(office: User) -> None:
    role = Role.objects.get(name="Lukija")
    page = signed_in(with_role("Pääkäyttäjä")).get(reverse("admin:accounts_role_change", args=[role.pk])).text
    assert "Asiakkaat: katsella, " in page
    assert "Can view" not in page


def test_a_right_of_a_table_that_is_gone_keeps_the_databases_words() -> None:
    right = Permission.objects.get(codename="view_customer")
    right.content_type.model = "gone"
    assert name_right(right) == "Can view customer"


# ---- the first page --------------------------------------------------------------------------------------------------


def links(client: Client, address: str) -> list[str]:
    content = client.get(address).text.split('<main id="content"')[1]
    return re.findall(r'<a [^>]*href="([^"]+)"', content.split("</main>")[0])


def test_an_empty_installation_begins_with_what_to_do(office_client: Client) -> None:
    assert links(office_client, "/") == [
        *("/folders/new/", "/folders/import/", "/admin/accounts/user/add/", "/customers/new/", "/customers/import/")
    ]


def test_each_is_told_what_they_may_do_first() -> None:
    assert links(signed_in(with_role("Toimisto")), "/") == [
        *("/folders/new/", "/folders/import/", "/customers/new/", "/customers/import/")
    ]
    assert signed_in(with_role("Lukija")).get("/").headers["Location"] == "/customers/"


def test_with_the_first_folder_or_customer_the_front_page_is_the_offices(office_client: Client) -> None:
    factories.folder()
    assert office_client.get("/").headers["Location"] == "/customers/"


def test_who_has_no_right_is_told_whom_to_ask(stranger_client: Client, office: User) -> None:
    User.objects.filter(pk=office.pk).update(first_name="Maija", last_name="Mäki")
    with_role("Pääkäyttäjä", first_name="Åke", last_name="Ek")
    factories.user("poissa@spotilla.example", "accounts.change_user", is_active=False)
    factories.user("muu@spotilla.example", "accounts.view_user")
    page = stranger_client.get("/")
    asked = re.findall(r'<li>\s*([^<]+), <a href="mailto:', page.text)
    assert (page.status_code, asked) == (200, ["Åke Ek", "Maija Mäki"])
    assert links(stranger_client, "/customers/") == ["/"]
