"""Customers as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import User
from customers.importing import missing, shown
from customers.importing.contacts import CONTACT_CELLS
from customers.importing.doubles import find_likely_duplicates, name_and_city
from customers.importing.judging import judge
from customers.importing.matching import UNIQUE
from customers.importing.plan import Plan, Planned
from customers.importing.repeated import ask_about_repeated
from customers.importing.saving import save
from customers.importing.seen import closing, does
from customers.importing.taking_back import undo_import
from customers.importing.told import told_rows
from customers.importing.undoing import foresee
from customers.models import Change, Customer
from customers.sheet import COLUMNS, OWN
from folders.importing.taking_back import taken_back
from folders.models import Operation
from sheets.columns import folded
from sheets.importing.import_types import ImportType, Missing, Words
from sheets.importing.undoing import Undoing


def _keys(row: Planned) -> Iterator[str]:
    for key in UNIQUE:
        value = row.get(key)
        if value is not None:
            yield f"{key} {value}"
    for path in row.get("folders") or ():
        yield f"folder {folded(path)}"
    for customer in row.met:
        yield f"customer {customer}"
    if row.get("name"):
        yield f"named {folded(row.get('name'))}"
    name, email, phone = map(row.get, CONTACT_CELLS)
    if email:
        yield f"contact {email.lower()}"
    if name and phone:
        yield f"contact {folded(name)} {phone}"
    alike = name_and_city(row)
    if alike is not None:
        yield f"alike {' in '.join(alike)}"


def _state() -> list[int | None]:
    """Of customers, contacts, links, folders and attachments."""
    return [Change.objects.aggregate(last=Max("pk"))["last"], Operation.objects.aggregate(last=Max("pk"))["last"]]


def _shown(row: Planned) -> Callable[[str], str]:
    fields = row.fields()
    return lambda key: shown.kept(row, fields, key)


def _point_out(plan: Plan, by: User) -> None:
    ask_about_repeated(plan)
    find_likely_duplicates(plan, by)


def _amount(customers: int) -> str:
    return ngettext("Import %(amount)s customer", "Import %(amount)s customers", customers)


CUSTOMERS = ImportType(
    key="customers",
    words=Words(
        title=_("Customers"),
        file_name=pgettext_lazy("file name", "customers"),
        heading=_("Import customers from Excel"),
        needed=_("Only the name is needed on each row."),
        update=_("Update customers that exist"),
        update_help=_(
            "A row whose business ID or customer number exists changes that customer: filled cells only (in our "
            "own exports emptied ones too), and no folder is taken away. Otherwise such a row is an error."
        ),
        updates=_("updates customers that exist"),
        amount=_amount,
        changed_since=_("Customers or folders have changed since this was checked."),
        unnamed=_("No column is named “Name”. Say which one has the names."),
        imported=_("The customers were imported"),
        to_list=_("To the customers"),
        new=_("New customers"),
        may_not=_("%(email)s may not import customers."),
        results={
            "contacts": _("New contacts"),
            "links": _("Contacts linked"),
            "attachments": _("Folders attached"),
            "redated": _("Attachments with another first day"),
        },
        asked=_("Some rows may be duplicates of existing customers, or of each other. Choose what they are."),
        one_new=_("A new customer"),
        said_new=_("You have chosen that this is a new customer."),
    ),
    columns=COLUMNS,
    own=OWN,
    routes="customers:",
    listed="customers:list",
    page="customers:detail",
    may_add="customers.add_customer",
    may_change="customers.change_customer",
    may_delete="customers.delete_customer",
    judge=judge,
    save=save,
    state=_state,
    visible=Customer.objects.visible_to,
    row=Planned,
    keys=_keys,
    does=does,
    shown=_shown,
    changes=shown.changes,
    otherwise=shown.otherwise,
    always={"customer_type"},
    point_out=_point_out,
    repeated="customers/import_repeated_choice.html",
    missing=Missing(
        ways=missing.WAYS,
        lacking=missing.lacking_of,
        free=missing.free,
        closing=closing,
        rows="customers/import_missing.html",
        choice="customers/import_missing_choice.html",
    ),
    undoing=Undoing(
        foresee=foresee,
        undo=undo_import,
        told=told_rows,
        facts={
            "customers": _("Customers to be deleted"),
            "restored": _("Customers to be as they were"),
            "contacts": _("Contacts to be deleted"),
            "contacts_left": _("Contacts that stay, edited or linked elsewhere"),
            "links": _("Contacts to be removed from customers"),
            "attachments": _("Attachments to be removed"),
            "redated": _("Attachments to get their first day back"),
        },
        done={
            "customers": _("Customers deleted"),
            "restored": _("Customers as they were"),
            "contacts": _("Contacts deleted"),
            "attachments": _("Attachments removed"),
            "redated": _("Attachments with their first day back"),
            "edited": _("Rows that stayed, edited since"),
            "cannot": _("Rows that could not be undone"),
        },
        what=_("Customer"),
        edits="customers/undo_edits.html",
        taken_back=taken_back,
    ),
)
