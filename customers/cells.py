"""What the cells of the customers' sheet mean: a reader for each kind, and the words that are written back.

Readers give what is kept, or raise Wrong with what is wrong and what would be right.
"""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import business_id, countries, phones
from customers.models import Contact, Customer
from folders.finding import tidy
from sheets.columns import Words, choice, folded, in_language, plain, text
from sheets.problems import Wrong
from sheets.values import Value

Type = Customer.Type
TYPES: dict[str, Words] = {
    Type.COMPANY: ("Yritys", "Company", "Företag"),
    Type.PERSON: ("Yksityishenkilö", "Private person", "Privatperson"),
    Type.HOUSING: ("Taloyhtiö", "Housing company", "Bostadsaktiebolag"),
    Type.PUBLIC: ("Julkinen organisaatio", "Public body", "Offentlig organisation"),
    Type.ORGANISATION: ("Organisaatio", "Organisation", "Organisation"),
    Type.COST_CENTRE: ("Kustannuspaikka", "Cost centre", "Kostnadsställe"),
}
ALSO_TYPES = {
    "asunto-osakeyhtiö": Type.HOUSING,
    "bostadsbolag": Type.HOUSING,
    "husbolag": Type.HOUSING,
    "offentligt samfund": Type.PUBLIC,
    "offentligt organ": Type.PUBLIC,
    "public organisation": Type.PUBLIC,
    "organization": Type.ORGANISATION,
    "cost center": Type.COST_CENTRE,
    "yksityinen": Type.PERSON,
}
LONGEST_EMAIL = 254
MOST_FOLDERS = 100  # in one cell
LONGEST_PATH = 1000  # characters
POWER = re.compile(r"\d([.,]\d+)?\s?E\s?\+\s?\d{1,3}", re.IGNORECASE)
BETWEEN_EMAILS = re.compile(r"\s+(?:ja|tai|och|eller|and|or)\s+|[\s;,/|]+", re.IGNORECASE)
BETWEEN_PHONES = re.compile(r"[;,/|]|\s(?:ja|tai|och|eller|and|or)\s", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r";|,| (?:/|&|\+|ja|och|and) ")
MOST_PARTS = 5  # of a cell with several, offered to choose from

# The addresses that nearly all are; any other is left to Django's own validator, which takes all of these too.
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)

_read_type = choice(TYPES, gettext_lazy("This is not a customer type."))
_read_short = text(200)
_read_address = text(LONGEST_EMAIL)


def _longest(model: type[Customer | Contact], field: str) -> int | None:
    length = model._meta.get_field(field).max_length  # type: ignore[union-attr]  # only fields of text are asked about
    return int(length) if length else None


def customer_text(field: str) -> Callable[[Value], str]:
    """A reader of text as long as that field of a customer takes. It raises Wrong."""
    return text(_longest(Customer, field))


def digits(field: str) -> Callable[[Value], str]:
    """Text of a number that nobody counts with: refused when Excel shows a power of ten instead of its digits."""
    read = customer_text(field)

    def of_number(value: Value) -> str:
        found = read(value)
        refuse_power(found)
        return found

    return of_number


def refuse_power(found: str) -> None:
    """Raises Wrong for 1.2E+11."""
    if POWER.fullmatch(found):
        raise Wrong(_("Excel has lost the digits of this number."), _("Format the cell as text and write it again."))


def contact_text(field: str) -> Callable[[Value], str]:
    """A reader of text as long as that field of a contact takes. It raises Wrong."""
    return text(_longest(Contact, field))


def read_type(value: Value) -> str:
    """A customer type by its name in any of the languages, as `Customer.Type` keeps it. Raises Wrong."""
    known = ALSO_TYPES.get(folded(value)) if isinstance(value, str) else None
    return str(known or _read_type(value))


def read_business_id(value: Value) -> str:
    """1234567-1, however it is spelled, with the right check digit. Raises Wrong."""
    typed = _read_short(value)
    spelled = business_id.spelled(typed)
    if spelled is None:
        refuse_power(typed)
        raise Wrong(_("This is not a business ID."), _("Seven digits, a hyphen and a check digit: 1234567-1."))
    if business_id.is_valid(spelled):
        return spelled
    digit = business_id.check_digit(spelled[:7])
    if digit is None:
        raise Wrong(_("This business ID is never given out."), _("A number that has been given to a company."))
    right = _("%(id)s, if the other digits are right.") % {"id": f"{spelled[:7]}-{digit}"}
    raise Wrong(_("The check digit does not match."), right)


def read_email(value: Value) -> str:
    """One address. Raises Wrong, for several too."""
    address = _read_address(value)
    if _PLAIN_EMAIL.fullmatch(address):
        return address
    if _is_email(address):
        return address
    parts = [part for part in BETWEEN_EMAILS.split(address) if part]
    if len(parts) > 1 and all(map(_is_email, parts)):
        raise _which(len(parts), parts)
    raise Wrong(_("This is not an e-mail address."), _("One address, such as name@example.com."))


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _which(count: int, parts: list[str]) -> Wrong:
    """Two in one cell: the user is asked."""
    return Wrong(_("There are %(count)d in one cell.") % {"count": count}, _("Choose one of them."), parts[:MOST_PARTS])


def read_phone(value: Value) -> str:
    """A number that can be called, as E.164; a number without a country code is Finnish."""
    typed = _read_short(value)
    number = phones.e164(typed)
    if number is None:
        refuse_power(typed)
        parts = [part.strip() for part in BETWEEN_PHONES.split(typed) if part.strip()]
        if len(parts) > 1 and all(map(phones.e164, parts)):
            raise _which(len(parts), parts)
        raise Wrong(_("This is not a phone number."), _("One number, such as 040 123 4567 or +46 8 123 456."))
    return number


_read_einvoice = digits("einvoice_address")


def read_einvoice_address(value: Value) -> str:
    """Text; of a Finnish one that is a number Excel has dropped the zeros at its beginning: 0037…"""
    address = _read_einvoice(value)
    if isinstance(value, int) and not isinstance(value, bool) and re.fullmatch(r"37\d{8,13}", address):
        return f"00{address}"
    return address


def may_be_two(name: str) -> bool:
    """Whether a contact's cell seems to hold two people; a family name may well stand first, with a comma."""
    found = BETWEEN_NAMES.search(name)
    if found is None:
        return False
    first, second = name[: found.start()].strip(), name[found.end() :].strip()
    return bool(first and second) and (found[0] != "," or (" " in first and " " in second))


_read_postcode = customer_text("postcode")


def read_postcode(value: Value) -> str | int:
    """Text; a number stays one until the row's country is known, since Excel has dropped its zeros."""
    code = _read_postcode(value)
    return int(code) if isinstance(value, int) and value >= 0 else code


def postcode(code: str | int, country: str) -> str:
    """A postcode as it is kept: a number has as many digits as the country's postcodes."""
    return countries.postcode(code, country) if isinstance(code, int) else code


def read_country(value: Value) -> str:
    """A country by its name in any of the languages, or its code, as the two letters of ISO 3166-1. Raises Wrong."""
    code = countries.known().get(folded(_read_short(value)))
    if code is None:
        raise Wrong(_("This is not a country."), _("A country's name, or its code such as FI."))
    return code


def read_folders(value: Value) -> tuple[str, ...]:
    """Paths as written, each once; blanks around the marks do not matter."""
    found = tuple(dict.fromkeys(path for path in map(tidy, plain(value).split(";")) if path))
    if len(found) > MOST_FOLDERS:
        most = {"most": MOST_FOLDERS}
        raise Wrong(
            _("There are too many folders in one cell."), _("At most %(most)d; or the folder above them.") % most
        )
    if any(len(path) > LONGEST_PATH for path in found):
        raise Wrong(
            _("A folder's path is too long."),
            _("At most %(most)d characters. Attach such a folder by hand.") % {"most": LONGEST_PATH},
        )
    return found


def write_type(value: str) -> str:
    """The type's name in the reader's language."""
    return in_language(TYPES[value])


def write_folders(paths: tuple[str, ...]) -> str:
    """Paths as one cell: “A / B; C”."""
    return "; ".join(paths)
