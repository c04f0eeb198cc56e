"""Contacts as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from customers.contact_sheet import CONTACT_COLUMNS, OWN
from customers.importing_contacts import seen
from customers.importing_contacts.doubles import find_likely_duplicates
from customers.importing_contacts.judging import judge
from customers.importing_contacts.plan import PlannedContact
from customers.importing_contacts.saving import save
from customers.importing_contacts.taking_back import UNDOING
from customers.models import Change, Contact
from sheets.importing.import_types import ImportType, Words


def _state() -> list[int | None]:
    """Of customers, contacts and links."""
    return [Change.objects.aggregate(last=Max("pk"))["last"]]


def _amount(contacts: int) -> str:
    return ngettext("Import %(amount)s contact", "Import %(amount)s contacts", contacts)


CONTACTS = ImportType(
    key="contacts",
    words=Words(
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
        amount=_amount,
        changed_since=_("Contacts or customers have changed since this was checked."),
        unnamed=_("No column is named “Contact”. Say which one has the names of the contacts."),
        imported=_("The contacts were imported"),
        to_list=_("To the contacts"),
        new=_("New contacts"),
        may_not=_("%(email)s may not import contacts."),
        results={"links": _("Customers added"), "unlinked": _("Customers taken away")},
        asked=_("Some rows may be duplicates of existing contacts. Choose who each of them is."),
        said_new=_("You have chosen that this is a new contact."),
        one_new=_("A new contact"),
    ),
    columns=CONTACT_COLUMNS,
    own=OWN,
    routes="customers:contacts_",
    listed="customers:contacts",
    page="customers:contact",
    may_add="customers.add_contact",
    may_change="customers.change_contact",
    may_delete="customers.delete_contact",
    judge=judge,
    save=save,
    state=_state,
    visible=Contact.objects.visible_to,
    row=PlannedContact,
    keys=seen.keys,
    does=seen.does,
    shown=seen.cells,
    changes=seen.changes,
    otherwise=seen.otherwise,
    point_out=find_likely_duplicates,
    undoing=UNDOING,
)
