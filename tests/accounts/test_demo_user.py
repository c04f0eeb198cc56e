"""The demo's log-in, whose password everybody knows, opens nothing but a demo."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User

LOG_IN = {"username": "demo@spotilla.example", "password": "spotilla-demo"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_user(settings: Settings) -> User:
    settings.DEBUG = True
    call_command("create_demo_user", verbosity=0)
    user: User = User.objects.get()
    return user


def test_the_demo_user_logs_in_to_the_demo(demo_user: User, client: Client) -> None:
    client.post("/accounts/login/", LOG_IN)
    assert client.session["_auth_user_id"] == str(demo_user.pk)
    assert demo_user.is_superuser


def test_the_demo_user_is_refused_where_debug_is_off(demo_user: User, client: Client, settings: Settings) -> None:
    settings.DEBUG = False
    client.post("/accounts/login/", LOG_IN)
    assert "_auth_user_id" not in client.session


def test_a_session_of_the_demo_user_ends_where_debug_is_off(
    demo_user: User, client: Client, settings: Settings
) -> None:
    client.post("/accounts/login/", LOG_IN)
    settings.DEBUG = False
    assert client.get("/accounts/password/").status_code == 302


def test_the_demo_user_is_not_made_where_debug_is_off() -> None:
    with pytest.raises(CommandError):
        call_command("create_demo_user")
    assert User.objects.count() == 0


def test_starting_the_demo_again_leaves_its_user_as_it_is(demo_user: User) -> None:
    demo_user.set_password("toinen-salasana")
    demo_user.save()
    call_command("create_demo_user", verbosity=0)
    assert User.objects.get().check_password("toinen-salasana")
