"""How customers' pages write phone numbers and countries. {% load customers %} … {{ customer.phone|phone }}"""

from __future__ import annotations

import phonenumbers
from django import template

from customers import countries

register = template.Library()


@register.filter
def phone(e164: str) -> str:
    """+358405550117 → 040 555 0117; a foreign one keeps its country code."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if number.country_code == 358 else style.INTERNATIONAL)


@register.filter
def country(code: str) -> str:
    """The country's name in the user's language."""
    return countries.name(code)
