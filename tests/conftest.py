"""The people of every test: the office, a colleague who may look but not touch, a stranger with no rights at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from tests import factories


@pytest.fixture(autouse=True)
def _finnish_first() -> Iterator[None]:
    """A request leaves its reader's language behind, for whatever comes next in the same thread."""
    yield
    translation.deactivate()


@pytest.fixture
def office(db: None) -> User:
    """May do everything."""
    return User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")


@pytest.fixture
def colleague(db: None) -> User:
    """May see everything and change nothing."""
    return factories.user("katselija@spotilla.example", "view")


@pytest.fixture
def stranger(db: None) -> User:
    """May log in, and see nothing."""
    return factories.user("vieras@spotilla.example")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def office_client(office: User) -> Client:
    return signed_in(office)


@pytest.fixture
def colleague_client(colleague: User) -> Client:
    return signed_in(colleague)


@pytest.fixture
def stranger_client(stranger: User) -> Client:
    return signed_in(stranger)
