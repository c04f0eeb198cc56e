"""The customers' sheet: one description a column, for the sheet to fill in, the import, its preview, its problems."""

import re
from collections.abc import Callable
from datetime import date

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import business_id, countries
from customers.models import Contact, Customer
from sheets.columns import Column, Words, choice, day, folded, in_language, plain, text, whole_number
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
PHONE = re.compile(r"(?:puh|p|tel|gsm)?\.?:?\s*([+(0-9][0-9 ()./\u2010-\u2015\u2212-]{2,30})", re.IGNORECASE)
PATH_MARK = re.compile(r"\s/\s")

_read_type = choice(TYPES, gettext_lazy("This is not a customer type."))
_read_text = text(LONGEST_EMAIL)


def _longest(model: type[Customer | Contact], field: str) -> int | None:
    length = model._meta.get_field(field).max_length  # type: ignore[union-attr]  # only fields of text are asked about
    return int(length) if length else None


def _text(field: str) -> Callable[[Value], str]:
    return text(_longest(Customer, field))


def read_type(value: Value) -> str:
    known = ALSO_TYPES.get(folded(value)) if isinstance(value, str) else None
    return str(known or _read_type(value))


def read_business_id(value: Value) -> str:
    raw = text(200)(value)
    spelled = business_id.spelled(raw)
    if spelled is None:
        raise Wrong(_("This is not a business ID."), _("Seven digits, a hyphen and a check digit: 1234567-8."))
    if business_id.is_valid(spelled):
        return spelled
    digit = business_id.check_digit(spelled[:7])
    right = _("A number that has been given to a company.")
    if digit is not None:
        right = _("%(id)s, if the other digits are right.") % {"id": f"{spelled[:7]}-{digit}"}
    raise Wrong(_("The check digit does not match."), right)


def read_email(value: Value) -> str:
    address = _read_text(value)
    try:
        validate_email(address)
    except ValidationError as error:
        raise Wrong(_("This is not an e-mail address."), _("One address, such as name@example.com.")) from error
    return address


def read_phone(value: Value) -> str:
    """A number that can be called, as E.164; a number without a country code is Finnish."""
    found = PHONE.fullmatch(text(200)(value))
    right = _("One number, such as 040 123 4567 or +46 8 123 456.")
    try:
        number = phonenumbers.parse(found[1], "FI") if found else None
    except phonenumbers.NumberParseException as error:
        raise Wrong(_("This is not a phone number."), right) from error
    if number is None or not phonenumbers.is_valid_number(number):
        raise Wrong(_("This is not a phone number."), right)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_postcode(value: Value) -> str | int:
    """Text; a number stays one until the row's country is known, since Excel has dropped its zeros."""
    code = _text("postcode")(value)
    return int(code) if isinstance(value, int) and value >= 0 else code


def postcode(code: str | int, country: str) -> str:
    """A postcode as it is kept: a number in Finland has five digits."""
    return str(code).zfill(5) if isinstance(code, int) and country == "FI" else str(code)


def read_country(value: Value) -> str:
    code = countries.known().get(folded(text(200)(value)))
    if code is None:
        raise Wrong(_("This is not a country."), _("A country's name, or its code such as FI."))
    return code


def read_folders(value: Value) -> tuple[str, ...]:
    """Paths as written, each once; blanks around the marks do not matter."""
    paths = [
        " / ".join(" ".join(name.split()) for name in PATH_MARK.split(f" {path} ")) for path in plain(value).split(";")
    ]
    found = tuple(dict.fromkeys(path.strip() for path in paths if path.strip()))
    if len(found) > MOST_FOLDERS:
        most = {"most": MOST_FOLDERS}
        raise Wrong(
            _("There are too many folders in one cell."), _("At most %(most)d; or the folder above them.") % most
        )
    return found


def write_type(value: str) -> str:
    return in_language(TYPES[value])


def write_folders(paths: tuple[str, ...]) -> str:
    return "; ".join(paths)


COLUMNS = (
    Column(
        key="name",
        headings=("Nimi", "Name", "Namn"),
        read=_text("name"),
        required=True,
        width=42,
        help=gettext_lazy("The only cell that is needed. At most 200 characters."),
    ),
    Column(
        key="customer_type",
        headings=("Asiakastyyppi", "Customer type", "Kundtyp"),
        read=read_type,
        write=write_type,
        choices=lambda: [in_language(words) for words in TYPES.values()],
        strict=True,
        help=gettext_lazy("Choose from the list. Empty: company."),
    ),
    Column(
        key="business_id",
        headings=("Yhtiön tunnus", "Business ID", "FO-nummer"),
        aliases=("Y-tunnus",),
        read=read_business_id,
        example="1234567-8",  # a wrong check digit: the example cannot become a customer by a slip
        width=14,
        help=gettext_lazy("Such as 1234567-8. Each customer has its own; leave it empty for a city's divisions."),
    ),
    Column(
        key="customer_number",
        headings=("Asiakasnumero", "Customer number", "Kundnummer"),
        read=_text("customer_number"),
        width=15,
        help=gettext_lazy("Your own number for the customer, each different."),
    ),
    Column(key="email", headings=("Sähköposti", "E-mail", "E-post"), read=read_email, width=28),
    Column(
        key="phone",
        headings=("Puhelin", "Phone", "Telefon"),
        read=read_phone,
        width=18,
        help=gettext_lazy("Such as 040 123 4567; from abroad with its country code, +46 8 123 456."),
    ),
    Column(key="street", headings=("Katuosoite", "Street address", "Gatuadress"), read=_text("street"), width=28),
    Column(
        key="postcode",
        headings=("Postinumero", "Postcode", "Postnummer"),
        read=read_postcode,
        example="00100",
        width=12,
        help=gettext_lazy("The zeros at its beginning stay."),
    ),
    Column(key="city", headings=("Postitoimipaikka", "City", "Ort"), read=_text("city"), example="Helsinki"),
    Column(
        key="country",
        headings=("Maa", "Country", "Land"),
        read=read_country,
        write=countries.name,
        choices=countries.choices,
        width=14,
        help=gettext_lazy("A country's name, or its code such as SE. Empty: Finland."),
    ),
    Column(
        key="billing_street",
        headings=("Laskutusosoite", "Billing address", "Faktureringsadress"),
        read=_text("billing_street"),
        width=28,
    ),
    Column(
        key="billing_postcode",
        headings=("Laskutuksen postinumero", "Billing postcode", "Faktureringspostnummer"),
        read=read_postcode,
        width=12,
    ),
    Column(
        key="billing_city",
        headings=("Laskutuksen postitoimipaikka", "Billing city", "Faktureringsort"),
        read=_text("billing_city"),
    ),
    Column(
        key="einvoice_address",
        headings=("Verkkolaskuosoite", "E-invoice address", "E-fakturaadress"),
        read=_text("einvoice_address"),
    ),
    Column(
        key="einvoice_operator",
        headings=("Välittäjätunnus", "E-invoice operator", "Förmedlarkod"),
        read=_text("einvoice_operator"),
    ),
    Column(key="reference", headings=("Viite", "Reference", "Referens"), read=_text("reference")),
    Column(
        key="payment_term_days",
        headings=("Maksuehto (pv)", "Payment term (days)", "Betalningsvillkor (dagar)"),
        read=whole_number(0, 365),
        write=int,
        number_format="General",
        example=14,
        width=12,
        help=gettext_lazy("Days, 0–365."),
    ),
    Column(
        key="contact_name",
        headings=("Yhteyshenkilö", "Contact", "Kontaktperson"),
        read=text(_longest(Contact, "name")),
        width=24,
        help=gettext_lazy("The same person on many rows becomes one contact of many customers."),
    ),
    Column(
        key="contact_email",
        headings=("Yhteyshenkilön sähköposti", "Contact e-mail", "Kontaktpersonens e-post"),
        read=read_email,
        width=28,
    ),
    Column(
        key="contact_phone",
        headings=("Yhteyshenkilön puhelin", "Contact phone", "Kontaktpersonens telefon"),
        read=read_phone,
        width=18,
    ),
    Column(
        key="folders",
        headings=("Kansiot", "Folders", "Mappar"),
        read=read_folders,
        write=write_folders,
        width=42,
        help=gettext_lazy(
            "Paths from the top of the folder tree, such as Isännöinti Virtanen / As Oy Puistola; several parted by ;"
        ),
    ),
    Column(
        key="attached_from",
        headings=("Liitetty alkaen", "Attached from", "Kopplad från"),
        read=day,
        write=lambda value: value,
        number_format="d.m.yyyy",
        example=date(2026, 1, 1),
        width=14,
        help=gettext_lazy("The first day on which the row's folders are the customer's. Empty: always."),
    ),
    Column(
        key="notes",
        headings=("Lisätiedot", "Notes", "Tilläggsuppgifter"),
        read=text(lines=True),
        width=40,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
