"""Contacts as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import User
from customers.importing_contacts import seen
from customers.importing_contacts.columns import CONTACT_COLUMNS, OWN
from customers.importing_contacts.doubles import find_likely_duplicates
from customers.importing_contacts.judging import judge
from customers.importing_contacts.plan import ContactPlan, PlannedContact
from customers.importing_contacts.save import save
from customers.importing_contacts.taking_back import ToldRow, told_rows, undo_import
from customers.importing_contacts.undoing import Row, Undo, foresee
from customers.models import Change, Contact
from folders.importing.taking_back import LoggedUndoing
from sheets.importing.import_types import ImportType, Words
from sheets.importing.undoing import STAYED
from sheets.models import Upload
from sheets.tables import Table


class ContactUndoing(LoggedUndoing[Row]):
    facts = {
        "deleted": _("Contacts to be deleted"),
        "restored": _("Contacts to be as they were"),
        "unlinks": _("Contacts to be removed from customers"),
        "relinks": _("Contacts to be given back to customers"),
    }
    done = {
        "deleted": _("Contacts deleted"),
        "restored": _("Contacts as they were"),
        "unlinks": _("Contacts removed from customers"),
        "relinks": _("Contacts given back to customers"),
        **STAYED,
    }
    what = _("Contact")
    edits = "customers/undo_contact_edits.html"

    def foresee(self, upload: Upload) -> Undo:
        return foresee(upload)

    def undo(self, upload: Upload, *, by: User | None, seen: str = "") -> Undo:
        return undo_import(upload, by=by, seen=seen)

    def told(self, rows: Sequence[Row], user: User) -> list[ToldRow]:
        return told_rows(rows, user)


class ContactImport(ImportType[PlannedContact, ContactPlan]):
    key = "contacts"
    model = Contact
    planned = PlannedContact
    words = Words(
        title=_("Contacts"),
        file_name=pgettext_lazy("file name", "contacts"),
        heading=_("Import contacts from Excel"),
        needed=_("Only the name is needed on each row."),
        update=_("Update contacts that exist"),
        update_help=_(
            "A row with the name and e-mail of a contact (without an e-mail, name and phone) changes that contact: its "
            "phone, if the cell is filled, and customers are added. In our own exports emptied cells empty, and "
            "customers that the row lacks are taken away. Otherwise such a row is an error."
        ),
        updates=_("updates contacts that exist"),
        amount=ngettext_lazy("Import %(amount)s contact", "Import %(amount)s contacts", "rows"),
        changed_since=_("Contacts or customers have changed since this was checked."),
        unnamed=_("No column is named “Contact”. Choose the one with the names of the contacts."),
        imported=_("The contacts were imported"),
        to_list=_("To the contacts"),
        new=_("New contacts"),
        may_not=_("%(email)s may not import contacts."),
        results={"links": _("Customers added"), "unlinked": _("Customers taken away")},
        asked=_("Some rows may be duplicates of existing contacts. Choose who each of them is."),
        said_new=_("You have chosen that this is a new contact."),
        one_new=_("A new contact"),
    )
    columns = CONTACT_COLUMNS
    own = OWN
    routes = "customers:contacts_"
    listed = "customers:contacts"
    page = "customers:contact"
    undoing = ContactUndoing()

    def judge(self, table: Table, *, update: bool, by: User | None) -> ContactPlan:
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
    ) -> ContactPlan:
        return save(table, update=update, by=by, upload=upload, seen=seen, tell=tell)

    def state(self) -> list[int | None]:
        """Of customers, contacts and links."""
        return [Change.objects.aggregate(last=Max("pk"))["last"]]

    def keys(self, row: PlannedContact) -> Iterator[str]:
        return seen.keys(row)

    def does(self, row: PlannedContact) -> int:
        return seen.does(row)

    def shown(self, row: PlannedContact) -> Callable[[str], str]:
        return seen.cells(row)

    def changes(self, row: PlannedContact) -> dict[str, tuple[str, str]]:
        return seen.changes(row)

    def otherwise(self, row: PlannedContact) -> dict[str, str]:
        return seen.otherwise(row)

    def point_out(self, plan: ContactPlan, by: User | None) -> None:
        find_likely_duplicates(plan, by)


CONTACTS = ContactImport()
