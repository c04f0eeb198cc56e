"""Two at once with contacts: the schema has the last word, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from customers.importing_contacts.save import save
from customers.models import Contact, CustomerContact
from folders.models import Operation
from sheets.importing.keeping import NotImported
from tests import factories
from tests.customers.contacts import HEADINGS, people, table
from tests.customers.test_import_races import at_once, in_the_middle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def lost_to(form: Callable[[], Any], *rows: list[Any]) -> NotImported:
    """How an import ends in whose middle a form is saved."""
    lost = in_the_middle(form, lambda: save(table(HEADINGS, *rows), update=True, by=None))
    assert isinstance(lost, NotImported)
    assert str(lost) == "Somebody changed the same data at the same moment; nothing was saved."
    assert not Operation.objects.filter(kind="import_contacts").exists()
    return lost


def test_a_customer_given_by_a_form_in_the_middle_of_an_import_stays_once() -> None:
    a, b = factories.customer("A"), factories.customer("B")
    irma = Contact.objects.create(name="Irma", email="irma@example.com")
    row = ["Irma", "irma@example.com", None, "A; B", None]
    lost = lost_to(lambda: CustomerContact.objects.create(contact=irma, customer=a), ["Uusi"], row)
    assert [row.adds for row in lost.plan.rows] == [(), ((b.pk, "contract"),)]
    assert people() == [("Irma", "irma@example.com", "", {(a.pk, "contract")})]


def test_a_contact_deleted_in_the_middle_of_an_import_is_not_brought_back() -> None:
    irma = Contact.objects.create(name="Irma", email="irma@example.com")
    lost = lost_to(irma.delete, ["Irma", "irma@example.com", "040 123 4567"], ["Uusi"])
    assert [row.outcome for row in lost.plan.rows] == ["new", "new"]
    assert people() == []


def test_eight_imports_of_the_same_file_at_once_save_it_once() -> None:
    factories.customer("A")
    factories.folder()  # from the first change on there is a row to lock
    rows = ["Irma", "irma@example.com", None, "A", None], ["Pekka", None, "040 123 4567"]

    def imports() -> Any:
        return save(table(HEADINGS, *rows), update=False, by=None).counts()["new"]

    results = at_once(*[imports] * 8)
    assert [each[0] for each in people()] == ["Irma", "Pekka"]
    assert CustomerContact.objects.count() == 1
    assert [result for result in results if result == 2] == [2]
    lost = [result for result in results if isinstance(result, NotImported)]
    assert [{problem.row for problem in each.plan.problems} for each in lost] == [{2, 3}] * 7
