"""In the admin nobody gets more rights than they have: not by another user, awake or asleep, nor by a role."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role, User
from accounts.rights import has_every_right_of, roles_to_give
from tests import factories

STAFF = (
    *("accounts.view_user", "accounts.change_user", "accounts.delete_user"),
    *("accounts.view_role", "accounts.change_role", "accounts.delete_role"),
)
NEW = {"usable_password": "true", "password1": "ihan-uusi-tunnus-7", "password2": "ihan-uusi-tunnus-7"}
OLD = "salasana-jolla-pääsee"

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def signed_in(*rights: str, **fields: Any) -> tuple[User, Client]:
    """Staff who may change users and roles, and has `rights`."""
    person, client = factories.user("pekka@spotilla.example", *STAFF, *rights, is_staff=True, **fields), Client()
    client.force_login(person)
    return person, client


def page(name: str, of: User | Role) -> str:
    return reverse(f"admin:{name}", args=[of.pk])


def change(client: Client, person: User, **fields: Any) -> int:
    """The status of the answer to the form of `person` with `fields` changed."""
    kept = {"email": person.email, "first_name": person.first_name, "last_name": "", "language": "fi"}
    ticks = {"is_active": "on"} if person.is_active else {}
    data = {name: value for name, value in (kept | ticks | fields).items() if value is not None}
    return client.post(page("accounts_user_change", person), data).status_code


def role(name: str, *rights: str) -> Role:
    made = factories.role(name)
    for right in rights:
        app, codename = right.split(".")
        made.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return made


def somebody(how: str, *, active: bool) -> User:
    """Somebody with a right that Pekka lacks: of their own, by a role, or as a superuser."""
    person = factories.user("esimies@spotilla.example", is_active=active, is_superuser=how == "superuser")
    if how == "own":
        person.user_permissions.add(Permission.objects.get(codename="add_folder"))
    if how == "role":
        person.groups.add(role("Johto", "folders.add_folder"))
    return person


# ---- users -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("active", [True, False], ids=["awake", "asleep"])
@pytest.mark.parametrize("how", ["own", "role", "superuser"])
def test_nobody_gets_at_who_may_do_more_or_could_when_woken(how: str, active: bool) -> None:
    _, client = signed_in()
    more = somebody(how, active=active)
    groups, rights = list(more.groups.all()), list(more.user_permissions.all())
    assert change(client, more, is_active=None if active else "on") == 403
    assert change(client, more, email="pekka2@spotilla.example") == 403
    assert change(client, more, groups=role("Vahti").pk) == 403
    assert client.post(page("auth_user_password_change", more), NEW).status_code == 403
    assert client.get(page("auth_user_password_change", more)).status_code == 403
    assert client.post(page("accounts_user_delete", more), {"post": "yes"}).status_code == 403
    after = User.objects.get(pk=more.pk)
    assert (after.is_active, after.email, after.check_password(OLD)) == (active, "esimies@spotilla.example", True)
    assert (list(after.groups.all()), list(after.user_permissions.all())) == (groups, rights)


@pytest.mark.parametrize("active", [True, False], ids=["awake", "asleep"])
@pytest.mark.parametrize("how", ["own", "role"])
def test_who_has_every_right_of_another_changes_them_in_all(how: str, active: bool) -> None:
    _, client = signed_in("folders.add_folder")
    equal = somebody(how, active=active)
    groups = [group.pk for group in equal.groups.all()]
    assert change(client, equal, is_active=None if active else "on", groups=groups) == 302
    assert User.objects.get(pk=equal.pk).is_active is not active
    assert client.post(page("auth_user_password_change", equal), NEW).status_code == 302
    assert User.objects.get(pk=equal.pk).check_password(NEW["password1"])
    assert client.post(page("accounts_user_delete", equal), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=equal.pk).exists()


def test_a_superuser_wakes_a_superuser(office: User, office_client: Client) -> None:
    asleep = somebody("superuser", active=False)
    assert change(office_client, asleep, is_active="on", is_superuser="on") == 302
    assert User.objects.get(pk=asleep.pk).is_active


def test_only_a_superuser_makes_one_or_gives_a_single_right() -> None:
    asker, client = signed_in("folders.add_folder")
    right = Permission.objects.get(codename="add_folder")
    assert change(client, asker, is_superuser="on", user_permissions=[right.pk], is_staff="on") == 302
    after = User.objects.get(pk=asker.pk)
    assert (after.is_superuser, after.is_staff) == (False, True)
    assert after.user_permissions.count() == len(STAFF) + 1


class SetsOfRights(TestCase):
    """Whoever asks, and whoever is asked about."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        mine=st.sets(st.sampled_from(["folders.add_folder", "folders.add_spot", "customers.add_contact"])),
        own=st.sets(st.sampled_from(["folders.add_folder", "folders.add_spot", "customers.add_contact"])),
        by_role=st.sets(st.sampled_from(["folders.add_folder", "folders.add_spot", "customers.add_contact"])),
        active=st.booleans(),
    )
    def test_a_password_is_set_exactly_when_no_right_is_beyond(
        self, mine: set[str], own: set[str], by_role: set[str], active: bool
    ) -> None:
        asker, client = signed_in(*mine)
        other = factories.user("toinen@spotilla.example", *own, is_active=active)
        given_role = role("Rooli", *by_role)
        other.groups.add(given_role)
        may = own | by_role <= mine
        assert has_every_right_of(asker, other) is may
        assert client.post(page("auth_user_password_change", other), NEW).status_code == (302 if may else 403)
        assert User.objects.get(pk=other.pk).check_password(NEW["password1"]) is may
        assert (given_role in roles_to_give(asker)) is (by_role <= mine)


# ---- roles -----------------------------------------------------------------------------------------------------------


def test_a_role_is_given_by_who_has_all_its_rights() -> None:
    _, client = signed_in("folders.add_folder")
    within, beyond = role("Puisto", "folders.add_folder"), role("Johto", "folders.add_folder", "folders.delete_folder")
    new = factories.user("uusi@spotilla.example")
    assert change(client, new, groups=[beyond.pk]) == 422  # the form again, with the mistake in it
    assert list(User.objects.get(pk=new.pk).groups.all()) == []
    html = client.get(page("accounts_user_change", new)).text
    assert ("Puisto" in html, "Johto" in html) == (True, False)
    assert change(client, new, groups=[within.pk]) == 302
    assert [group.name for group in User.objects.get(pk=new.pk).groups.all()] == ["Puisto"]


def test_who_may_not_see_roles_gives_none_and_takes_none() -> None:
    client = Client()
    rights = ("accounts.view_user", "accounts.change_user")
    client.force_login(factories.user("sari@spotilla.example", *rights, is_staff=True))
    new = factories.user("uusi@spotilla.example")
    new.groups.add(role("Vahti"))
    assert change(client, new, groups=[role("Puisto").pk], first_name="Uusi") == 302
    after = User.objects.get(pk=new.pk)
    assert (after.first_name, [group.name for group in after.groups.all()]) == ("Uusi", ["Vahti"])


def test_who_may_change_roles_gives_no_rights_by_them() -> None:
    _, client = signed_in()
    named, right = role("Huolto"), Permission.objects.get(codename="delete_customer")
    typed = {"name": "Huoltomiehet", "permissions": [right.pk]}
    assert client.post(page("accounts_role_change", named), typed).status_code == 302
    changed = Role.objects.get(pk=named.pk)
    assert (changed.name, list(changed.permissions.all())) == ("Huoltomiehet", [])


def test_a_role_with_more_rights_is_neither_renamed_nor_deleted() -> None:
    _, client = signed_in()
    more = role("Johto", "folders.add_folder")
    assert client.post(page("accounts_role_change", more), {"name": "Muu"}).status_code == 403
    assert client.post(page("accounts_role_delete", more), {"post": "yes"}).status_code == 403
    kept = Role.objects.get(pk=more.pk)
    assert (kept.name, kept.permissions.count()) == ("Johto", 1)


@pytest.mark.parametrize("how", ["own", "role", "superuser"])
def test_a_role_is_not_taken_from_who_may_do_more_by_deleting_it(how: str) -> None:
    _, client = signed_in()
    shared, more = role("Vahti"), somebody(how, active=False)
    more.groups.add(shared)
    assert client.post(page("accounts_role_delete", shared), {"post": "yes"}).status_code == 403
    more.groups.remove(shared)
    assert client.post(page("accounts_role_delete", shared), {"post": "yes"}).status_code == 302
    assert not Role.objects.filter(pk=shared.pk).exists()


# ---- sessions --------------------------------------------------------------------------------------------------------


def test_the_sessions_of_who_is_deactivated_end_and_are_not_woken_with_them(office_client: Client) -> None:
    person, theirs = factories.user("sari@spotilla.example", "view"), Client()
    theirs.force_login(person)
    other = Client()
    other.force_login(factories.user("muu@spotilla.example", "view"))
    assert change(office_client, person, is_active=None) == 302
    assert theirs.get("/folders/").status_code == 302
    person.refresh_from_db()
    assert change(office_client, person, is_active="on") == 302
    assert theirs.get("/folders/").status_code == 302
    assert other.get("/folders/").status_code == 200
    assert office_client.get("/folders/").status_code == 200
