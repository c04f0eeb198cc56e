"""The contacts' sheet: one description a column. A row is a person, with the customers served."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy

from customers.cells import LONGEST_EMAIL, contact_text, read_email, read_phone, refuse_power
from customers.models import CustomerContact
from customers.phones import written
from sheets.columns import Column, Words, choice, folded, in_language, own, plain
from sheets.limits import LONGEST_TEXT
from sheets.values import Value
from spotilla.text import one_line

Role = CustomerContact.Role
DEFAULT = Role.CONTRACT.value  # as the import of customers gives it
ROLES: dict[str, Words] = {
    Role.BILLING: ("Laskutus", "Billing", "Fakturering"),
    Role.CONTRACT: ("Sopimus", "Contract", "Avtal"),
    Role.SITE: ("Kohde", "Site", "Objekt"),
    Role.EMERGENCY: ("Hätätilanne", "Emergency", "Nödsituation"),
}
BETWEEN = "; "
_BY_WORD = {folded(word): role.value for role, words in ROLES.items() for word in words}  # type: ignore[attr-defined]
_IN_BRACKETS = re.compile(r"(.*\S)\s*\(([^()]+)\)")


def read_customers(value: Value) -> tuple[str, ...]:
    """What the cell calls each customer, once; what it means is found later (importing_contacts.finding)."""
    found = dict.fromkeys(part for part in map(one_line, plain(value).split(";")) if part)
    for part in found:
        refuse_power(part)
    return tuple(found)


def write_customers(called: tuple[str, ...]) -> str:
    """What customers are called, as one cell."""
    return BETWEEN.join(called)


def role_in(part: str) -> tuple[str, str | None]:
    """A customer of a cell without the role in brackets after it, and that role: "0112038-9 (laskutus)"."""
    found = _IN_BRACKETS.fullmatch(part)
    role = _BY_WORD.get(folded(found[2])) if found else None
    return (found[1], role) if found and role else (part, None)


def with_role(called: str, role: str) -> str:
    """“0112038-9 (billing)”: a customer with the contact's own role there."""
    return f"{called} ({in_language(ROLES[role]).lower()})"


CONTACT_COLUMNS = (
    Column(
        key="name",
        headings=("Yhteyshenkilö", "Contact", "Kontaktperson"),
        aliases=(
            *("Nimi", "Name", "Namn", "Yhteyshenkilön nimi", "Contact name", "Kontaktpersonens namn", "Henkilö"),
            *("Person", "Yhteyshenkilöt", "Contacts", "Kontaktpersoner"),
        ),
        read=contact_text("name"),
        required=True,
        width=28,
        help=gettext_lazy("The only cell that is needed. The same person on many rows becomes one contact."),
    ),
    Column(
        key="email",
        headings=("Sähköposti", "E-mail", "E-post"),
        aliases=("Yhteyshenkilön sähköposti", "Sähköpostiosoite", "Contact e-mail", "Email", "E-postadress"),
        read=read_email,
        longest=LONGEST_EMAIL,
        width=30,
        help=gettext_lazy("With the name it tells people apart; without it the phone does."),
    ),
    Column(
        key="phone",
        headings=("Puhelin", "Phone", "Telefon"),
        aliases=("Yhteyshenkilön puhelin", "Puhelinnumero", "Contact phone", "Phone number", "Telefonnummer"),
        read=read_phone,
        write=written,
        width=18,
        help=gettext_lazy("Such as 040 123 4567; from abroad with its country code, +46 8 123 456."),
    ),
    Column(
        key="customers",
        headings=("Asiakkaat", "Customers", "Kunder"),
        aliases=("Asiakas", "Customer", "Kund"),
        read=read_customers,
        write=write_customers,
        longest=LONGEST_TEXT,
        width=48,
        help=gettext_lazy(
            "Each by its business ID, its customer number or its whole name; several parted by ; A role of its own "
            "stands in brackets: 0112038-9 (billing)"
        ),
    ),
    Column(
        key="role",
        headings=("Rooli", "Role", "Roll"),
        read=choice(ROLES, gettext_lazy("This is not a contact's role.")),
        write=lambda role: in_language(ROLES[role]),
        choices=lambda: [in_language(words) for words in ROLES.values()],
        strict=True,
        width=16,
        help=gettext_lazy("What the person is to those customers. Choose from the list. Empty: contract."),
    ),
)
# The version is the last change of the contact and of its customers before the export.
OWN = own("Yhteyshenkilön Spotilla-tunniste", "Spotilla ID of the contact", "Kontaktpersonens Spotilla-id")
CONTACTS_BY_KEY = {column.key: column for column in (*CONTACT_COLUMNS, *OWN)}
