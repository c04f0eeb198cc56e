"""Who owned a folder when, and why."""

from datetime import date

import pytest

from customers.history import collectors_on, list_ownership_periods, owners_on
from customers.ownership import attach, move_folder
from folders.days import ALWAYS, FOREVER
from tests import factories

pytestmark = pytest.mark.django_db

NEW_YEAR, MARCH, JUNE = date(2025, 1, 1), date(2025, 3, 1), date(2025, 6, 1)


def test_a_folder_that_nobody_ever_had_was_always_unowned() -> None:
    stretch = list_ownership_periods(factories.folder())
    assert [(s.since, s.until, s.customer) for s in stretch] == [(ALWAYS, FOREVER, None)]


def test_the_story_of_a_folder_that_moved_and_got_a_customer_of_its_own_has_no_gap() -> None:
    manager, other = factories.customer("Isännöinti Oy"), factories.customer("Toinen Oy")
    company = factories.customer("As Oy Puistola")
    above, elsewhere = factories.folder("Isännöinti"), factories.folder("Toinen")
    folder = factories.folder("Puistola", above)
    before = attach(manager, above, until=NEW_YEAR, by=None)
    after = attach(other, elsewhere, MARCH, by=None)
    own = attach(company, folder, JUNE, by=None)
    move_folder(folder, elsewhere, MARCH, by=None)
    assert [(s.since, s.until, s.attachment, s.customer) for s in list_ownership_periods(folder)] == [
        (JUNE, FOREVER, own, company),
        (MARCH, JUNE, after, other),
        (NEW_YEAR, MARCH, None, None),
        (ALWAYS, NEW_YEAR, before, manager),
    ]
    assert [row.customer for row in collectors_on(folder, JUNE)] == [company, other]
    assert owners_on([folder.pk, above.pk, elsewhere.pk], JUNE) == {folder.pk: company, elsewhere.pk: other}
