"""A text is kept the same by whatever door it comes: a form, the admin, an operation, a cell of an import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from customers.models import Contact, Customer
from customers.ownership import new_folder
from folders.models import Folder, Spot
from folders.tree import Refused, new_spot
from tests import factories
from tests.customers.importing import Command
from tests.sheets.books import book
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder
from workorders.orders import open_order
from workorders.recording import record_request, record_task

TYPED, KEPT = "\ufeffAs\u00a0Oy  \u200ePuis\u00adto\u0308la\u202c ", "As Oy Puistöla"
UNSEEN = "\u200b\u3164\u200d"
DAY = {"received_on": "2026-03-01", "due_on": "2026-03-01"}


def _folder() -> Folder:
    return Folder.objects.first() or factories.folder("Kaupunki")


FORMS: list[tuple[type[Any], str, Callable[[], dict[str, Any]]]] = [
    (Customer, "/customers/new/", lambda: {"customer_type": "company", "country": "FI"}),
    (Contact, "/contacts/new/", dict),
    (Folder, "/folders/new/", dict),
    (Spot, "/folders/{folder}/spots/new/", lambda: {"state": "active"}),
    (Task, "/tasks/new/", lambda: DAY | {"role": factories.role().pk, "spot": factories.spot(_folder()).pk}),
    (ServiceRequest, "/requests/new/", lambda: DAY | {"kind": factories.kind().pk}),
    (WorkOrder, "/work-orders/new/", dict),
    (Role, "/admin/accounts/role/add/", dict),
    (ServiceRequestKind, "/admin/workorders/servicerequestkind/add/", dict),
]


@pytest.mark.parametrize(("model", "address", "more"), FORMS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_form_keeps_a_name_as_it_is_seen_and_refuses_one_that_nobody_sees(
    office_client: Client, model: type[Any], address: str, more: Callable[[], dict[str, Any]]
) -> None:
    address, given = address.format(folder=_folder().pk), more()
    before = set(model.objects.values_list("pk", flat=True))
    refused = office_client.post(address, given | {"name": UNSEEN})
    assert refused.status_code == 422
    assert set(model.objects.values_list("pk", flat=True)) == before
    assert office_client.post(address, given | {"name": TYPED}).status_code == 302
    assert model.objects.exclude(pk__in=before).get().name == KEPT


OPERATIONS: list[Callable[[str], Any]] = [
    lambda name: new_folder(name, None, by=None),
    lambda name: new_spot(_folder(), name, by=None),
    open_order,
    lambda name: record_task(name=name, role=factories.role(), due_on=date(2026, 3, 1), work_order=_order()),
    lambda name: record_request(name=name, kind=factories.kind(), received_on=date(2026, 3, 1)),
]


def _order() -> WorkOrder:
    return WorkOrder.objects.first() or factories.order("Työmääräin")


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_keeps_a_name_as_it_is_seen_and_refuses_one_that_nobody_sees(
    operation: Callable[[str], Any],
) -> None:
    assert operation(TYPED).name == KEPT
    with pytest.raises(Refused):
        operation(UNSEEN)


@pytest.mark.django_db
def test_an_import_keeps_cells_as_they_are_seen(tmp_path: Path) -> None:
    """A cell of what nobody sees is empty, and a row of such cells is none."""
    headings = ["\u200bNi\u00admi", "Puhelin", "Sähköposti", "Maksuehto (pv)", "Liitetty\u00a0alkaen", "Lisätiedot"]
    first: list[Any] = [TYPED, "\u202d040 1234567\u202c", "\u200btoimisto@koe.example", "\u200e14", "\u200f1.3.2026"]
    rows: list[list[Any]] = [
        [*first, "a\u00a0b\n\u200bc"],
        [UNSEEN, "\u200d", None, None, None, None],
        [f"{KEPT} B", UNSEEN, None, None, None, None],
    ]
    assert Command(tmp_path)(book(headings, *rows)).saved is False  # the second row has no name
    assert Command(tmp_path)(book(headings, rows[0], ["\u200b"], rows[2])).saved
    fields = ("name", "phone", "email", "payment_term_days", "notes")
    assert list(Customer.objects.order_by("pk").values_list(*fields)) == [
        (KEPT, "+358401234567", "toimisto@koe.example", 14, "a b\nc"),
        (f"{KEPT} B", "", "", None, ""),
    ]
    assert not Command(tmp_path)(book(["Nimi"], [UNSEEN])).saved


def test_what_was_pasted_with_unseen_characters_finds_what_is_there(office_client: Client) -> None:
    customer = factories.customer("Kahvila Ilo Oy", customer_number="AS-1")
    contact = Contact.objects.create(name="Anna Aalto", phone="+358405556595", email="anna@aalto.example")
    for typed in ("Kah\u00advila\u00a0Ilo", "\u202dAS-1\u202c"):
        assert [row.pk for row in office_client.get("/customers/", {"q": typed}).context["page"]] == [customer.pk]
    for typed in ("\u200banna@aalto", "\u202d040 555 6595\u202c", "040555", "+358 40-555", "555 6595"):
        found = office_client.get("/contacts/", {"q": typed}).context["page"]
        assert [row.pk for row in found] == [contact.pk], typed


def test_a_text_with_a_character_that_cannot_be_kept_is_refused_in_a_form_as_in_a_cell(office_client: Client) -> None:
    typed = {"name": "A\x01 Oy", "customer_type": "company", "country": "FI"}
    assert list(office_client.post("/customers/new/", typed).context["form"].errors) == ["name"]
    assert Customer.objects.count() == 0
