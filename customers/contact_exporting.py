"""Contacts as a sheet that can be changed and imported again: each row says which contact it is, and how old it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing_contacts.columns import CONTACT_COLUMNS, CONTACTS_BY_KEY, OWN, with_role, write_customers
from customers.importing_contacts.finding import NEEDED, Customers, known_for_calling, sure_call
from customers.importing_contacts.plan import FIELDS
from customers.models import Change, Contact, Customer, CustomerContact
from sheets.columns import Column
from sheets.importing.exporting import sheet_of
from sheets.writing import LONGEST_TEXT, Value
from spotilla.in_values import among

COLUMNS = (*CONTACT_COLUMNS, *OWN)

type _Link = tuple[Customer, str]  # with the role


def exported(contacts: QuerySet[Contact], by: User | None) -> Iterator[bytes]:
    """The workbook, with customers as far as `by` may see them: without that right there are no columns of them, since
    an empty cell would take customers away.
    """
    rights = ("customers.view_customer", "customers.view_customercontact")
    sees = by is None or by.has_perms(rights)
    columns = [column for column in COLUMNS if sees or column.key not in {"customers", "role"}]
    pks = list(contacts.order_by("sort_key", "pk").values_list("pk", flat=True))
    return sheet_of(_("Contacts"), columns, pks, partial(_cells, by=by, columns=columns))


def _cells(pks: Sequence[int], *, by: User | None, columns: Sequence[Column]) -> dict[int, list[Value]]:
    """The versions are read first: what comes between counts as changed since."""
    changes = Change.objects.filter(among("contact__pk", pks)).order_by().values("contact").annotate(last=Max("pk"))
    versions = dict(changes.values_list("contact", "last"))
    contacts = Contact.objects.filter(among("pk", pks)).in_bulk()
    links: dict[int, list[_Link]] = defaultdict(list)
    known = Customers()
    if CONTACTS_BY_KEY["customers"] in columns:
        kept = CustomerContact.objects.visible_to(by).filter(among("contact__pk", pks))
        found = list(kept.order_by("role").values_list("contact_id", "customer_id", "role"))
        served = {customer for _contact, customer, _role in found}
        customers = Customer.objects.visible_to(by).filter(among("pk", served)).only(*NEEDED, "sort_key").in_bulk()
        known = known_for_calling(customers.values(), by)
        for contact_pk, customer, role in found:
            if customer in customers:
                links[contact_pk].append((customers[customer], role))
    rows = {}
    for pk, contact in contacts.items():
        values = {key: getattr(contact, key) for key in FIELDS} | _of_links(links[pk], known)
        values |= {"id": pk, "version": versions.get(pk, 0)}
        rows[pk] = [
            None if values[column.key] in (None, "") else column.write(values[column.key]) for column in columns
        ]
    return rows


def _of_links(links: Sequence[_Link], known: Customers) -> dict[str, object]:
    """The customers and the role that most of them have; another stands in brackets."""
    if not links:
        return {"customers": None, "role": None}
    usual = Counter(role for _customer, role in links).most_common(1)[0][0]
    in_order = sorted(links, key=lambda link: (bytes(link[0].sort_key), link[0].pk))
    calls = tuple(sure_call(customer, None if role == usual else role, known) for customer, role in in_order)
    if len(write_customers(calls)) > LONGEST_TEXT:
        calls = tuple(
            f"#{customer.pk}" if role == usual else with_role(f"#{customer.pk}", role) for customer, role in in_order
        )
    return {"customers": calls, "role": usual}
