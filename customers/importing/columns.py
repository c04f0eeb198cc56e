"""The customers' sheet: one description a column, for the sheet to fill in, the import, its preview, its problems."""

from datetime import date

from django.utils.translation import gettext_lazy

from customers import countries
from customers.cells import (
    LONGEST_EMAIL,
    TYPES,
    contact_text,
    customer_text,
    digits,
    read_business_id,
    read_country,
    read_einvoice_address,
    read_email,
    read_folders,
    read_phone,
    read_postcode,
    read_type,
    write_folders,
    write_type,
)
from customers.phones import written
from sheets.columns import Column, day, in_language, own, text, whole_number
from sheets.limits import LONGEST_TEXT

COLUMNS = (
    Column(
        key="name",
        headings=("Nimi", "Name", "Namn"),
        read=customer_text("name"),
        required=True,
        own=True,
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
        own=True,
        example="1234567-8",  # a wrong check digit: the example cannot become a customer by a slip
        width=14,
        help=gettext_lazy("Such as 1234567-1. Each customer has its own; leave it empty for a city's divisions."),
    ),
    Column(
        key="customer_number",
        headings=("Asiakasnumero", "Customer number", "Kundnummer"),
        read=digits("customer_number"),
        own=True,
        width=15,
        help=gettext_lazy("Your own number for the customer, each different."),
    ),
    Column(key="email", headings=("Sähköposti", "E-mail", "E-post"), read=read_email, longest=LONGEST_EMAIL, width=28),
    Column(
        key="phone",
        headings=("Puhelin", "Phone", "Telefon"),
        read=read_phone,
        write=written,
        width=18,
        help=gettext_lazy("Such as 040 123 4567; from abroad with its country code, +46 8 123 456."),
    ),
    Column(
        key="street", headings=("Katuosoite", "Street address", "Gatuadress"), read=customer_text("street"), width=28
    ),
    Column(
        key="postcode",
        headings=("Postinumero", "Postcode", "Postnummer"),
        read=read_postcode,
        example="00100",
        width=12,
        help=gettext_lazy("The zeros at its beginning stay."),
    ),
    Column(key="city", headings=("Postitoimipaikka", "City", "Ort"), read=customer_text("city"), example="Helsinki"),
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
        read=customer_text("billing_street"),
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
        read=customer_text("billing_city"),
    ),
    Column(
        key="einvoice_address",
        headings=("Verkkolaskuosoite", "E-invoice address", "E-fakturaadress"),
        read=read_einvoice_address,
    ),
    Column(
        key="einvoice_operator",
        headings=("Välittäjätunnus", "E-invoice operator", "Förmedlarkod"),
        read=customer_text("einvoice_operator"),
    ),
    Column(key="reference", headings=("Viite", "Reference", "Referens"), read=digits("reference")),
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
        read=contact_text("name"),
        width=24,
        help=gettext_lazy("The same person on many rows becomes one contact of many customers."),
    ),
    Column(
        key="contact_email",
        headings=("Yhteyshenkilön sähköposti", "Contact e-mail", "Kontaktpersonens e-post"),
        read=read_email,
        longest=LONGEST_EMAIL,
        width=28,
    ),
    Column(
        key="contact_phone",
        headings=("Yhteyshenkilön puhelin", "Contact phone", "Kontaktpersonens telefon"),
        read=read_phone,
        write=written,
        width=18,
    ),
    Column(
        key="folders",
        headings=("Kansiot", "Folders", "Mappar"),
        read=read_folders,
        write=write_folders,
        longest=LONGEST_TEXT,
        own=True,
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
        longest=LONGEST_TEXT,
        width=40,
    ),
)
OWN = own("Spotilla-tunniste", "Spotilla ID", "Spotilla-id", version=whole_number(1, 2**31))
IMPORTED = (*COLUMNS, *OWN)
BY_KEY = {column.key: column for column in IMPORTED}
