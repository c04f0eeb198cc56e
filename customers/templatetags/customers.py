"""How customers' pages write phone numbers and countries. {% load customers %} … {{ customer.phone|phone }}"""

from __future__ import annotations

from django import template

from customers import countries, phones

register = template.Library()


@register.filter
def phone(e164: str) -> str:
    """+358405550117 → 040 555 0117; a foreign one keeps its country code."""
    return phones.written(e164)


@register.filter
def country(code: str) -> str:
    """The country's name in the user's language."""
    return countries.name(code)
