"""Who imports customers."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page


@pytest.fixture
def importer(db: None) -> User:
    """May add customers and see them, and change none."""
    return factories.user("tuoja@spotilla.example", "customers.add_customer", "customers.view_customer", language="en")


@pytest.fixture
def clerk(importer: User) -> Page:
    return Page(signed_in(importer))
