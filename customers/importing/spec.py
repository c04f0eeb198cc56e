"""Customers as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import User
from customers.importing import missing, shown
from customers.importing.columns import COLUMNS, OWN
from customers.importing.contacts import CONTACT_CELLS
from customers.importing.doubles import find_likely_duplicates, name_and_city
from customers.importing.judging import judge
from customers.importing.matching import UNIQUE
from customers.importing.plan import Plan, Planned
from customers.importing.repeated import ask_about_repeated
from customers.importing.save import save
from customers.importing.seen import closing, does
from customers.importing.taking_back import undo_import
from customers.importing.told import ToldRow, told_rows
from customers.importing.undoing import Row, Undo, foresee
from customers.models import Change, Customer
from folders.importing.taking_back import LoggedUndoing
from folders.models import Operation
from sheets.columns import folded
from sheets.importing.import_types import ImportType, Missing, Words
from sheets.importing.undoing import STAYED
from sheets.models import Upload
from sheets.tables import Table


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


class LackedCustomers(Missing):
    ways = missing.WAYS
    rows = "customers/import_missing.html"
    choice = "customers/import_missing_choice.html"

    def lacking(self, upload: Upload, by: User) -> QuerySet[Customer]:
        return missing.lacking_of(upload, by)

    def free(self, lacking: QuerySet[Customer]) -> QuerySet[Customer]:
        return missing.free(lacking)

    def digest_of_closed(self, pks: Iterable[int]) -> int:
        return closing(pks)


class CustomerUndoing(LoggedUndoing[Row]):
    facts = {
        "customers": _("Customers to be deleted"),
        "restored": _("Customers to be as they were"),
        "contacts": _("Contacts to be deleted"),
        "contacts_left": _("Contacts that stay, edited or linked elsewhere"),
        "links": _("Contacts to be removed from customers"),
        "attachments": _("Attachments to be removed"),
        "redated": _("Attachments to get their first day back"),
    }
    done = {
        "customers": _("Customers deleted"),
        "restored": _("Customers as they were"),
        "contacts": _("Contacts deleted"),
        "attachments": _("Attachments removed"),
        "redated": _("Attachments with their first day back"),
        **STAYED,
    }
    what = _("Customer")
    edits = "customers/undo_edits.html"

    def foresee(self, upload: Upload) -> Undo:
        return foresee(upload)

    def undo(self, upload: Upload, *, by: User | None, seen: str = "") -> Undo:
        return undo_import(upload, by=by, seen=seen)

    def told(self, rows: Sequence[Row], user: User) -> list[ToldRow]:
        return told_rows(rows, user)


class CustomerImport(ImportType[Planned, Plan]):
    key = "customers"
    model = Customer
    planned = Planned
    words = Words(
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
        amount=ngettext_lazy("Import %(amount)s customer", "Import %(amount)s customers", "rows"),
        changed_since=_("Customers or folders have changed since this was checked."),
        unnamed=_("No column is named “Name”. Choose the one with the names."),
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
    )
    columns = COLUMNS
    own = OWN
    routes = "customers:"
    listed = "customers:list"
    page = "customers:detail"
    always = frozenset(["customer_type"])
    missing = LackedCustomers()
    repeated = "customers/import_repeated_choice.html"
    undoing = CustomerUndoing()

    def judge(self, table: Table, *, update: bool, by: User | None) -> Plan:
        return judge(table, update=update, by=by)

    def save(
        self,
        table: Table,
        *,
        update: bool,
        by: User | None,
        upload: Upload | None = None,
        seen: str = "",
        tell: Callable[[int], None] = lambda rows: None,
    ) -> Plan:
        return save(table, update=update, by=by, upload=upload, seen=seen, tell=tell)

    def state(self) -> list[int | None]:
        """Of customers, contacts, links, folders and attachments."""
        return [Change.objects.aggregate(last=Max("pk"))["last"], Operation.objects.aggregate(last=Max("pk"))["last"]]

    def keys(self, row: Planned) -> Iterator[str]:
        return _keys(row)

    def does(self, row: Planned) -> int:
        return does(row)

    def shown(self, row: Planned) -> Callable[[str], str]:
        fields = row.fields()
        return lambda key: shown.kept(row, fields, key)

    def changes(self, row: Planned) -> dict[str, tuple[str, str]]:
        return shown.changes(row)

    def otherwise(self, row: Planned) -> dict[str, str]:
        return shown.otherwise(row)

    def point_out(self, plan: Plan, by: User | None) -> None:
        ask_about_repeated(plan)
        find_likely_duplicates(plan, by)


CUSTOMERS = CustomerImport()
