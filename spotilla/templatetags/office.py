"""How the office's pages write days, hours, figures and icons: the same in every language but for the words.

{% load office %} … {{ attachment|days }} {{ task.due_on|day }} {{ minutes|hours }} {{ count|number }}
{% icon "users" %} {% figure count url %} {% figure late url late=True %} {{ field|control }} {% form_key %}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Protocol
from uuid import uuid4

from django import forms, template
from django.core.paginator import Page, Paginator
from django.forms.boundfield import BoundField
from django.template import RequestContext
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from spotilla.counting import AtLeast

register = template.Library()


class Dated(Protocol):
    """Whatever lasts from a day to a day."""

    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date: ...


@register.filter
def day(value: date | None) -> str:
    """1.3.2026; nothing for None. Built by hand: the page shows days the same way in all three languages."""
    return f"{value.day}.{value.month}.{value.year}" if value else ""


@register.filter
def last_day(until: date) -> str:
    """The last day of a stretch that ends before `until`; "until further notice" for an open end."""
    return _("until further notice") if until == date.max else day(until - timedelta(days=1))


@register.filter
def first_day(since: date) -> str:
    """The first day; "always" for an open beginning."""
    return pgettext("since the beginning", "always") if since == date.min else day(since)


@register.filter
def days(value: Dated) -> str:
    """“1.3.2026 –”, “– 31.3.2026”, “1.3.2026 – 31.3.2026”, “always”: what has `since` and (exclusive) `until`."""
    if value.since == date.min and value.until == date.max:
        return pgettext("all days", "always")
    first = "" if value.since == date.min else f"{day(value.since)} "
    last = "" if value.until == date.max else f" {last_day(value.until)}"
    return f"{first}–{last}"


@register.filter
def number(value: int | None) -> str:
    """1 012, with a hard space (in English a comma); 10 000+ for at least so many; nothing for None."""
    if value is None:
        return ""
    return f"{number_format(value, force_grouping=True)}{'+' if isinstance(value, AtLeast) else ''}"


@register.filter
def hours(minutes: int | None) -> str:
    """Whole minutes as hours and minutes, which add up as they are read: 89190 → 1 486:30; 20 → 0:20."""
    return "" if minutes is None else f"{number(minutes // 60)}:{minutes % 60:02}"


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """A picture of static/icons.svg beside a word; it says nothing to a screen reader."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("icons.svg"), name
    )


@register.simple_tag
def figure(value: int | None, url: str = "", *, late: bool = False, as_hours: bool = False) -> SafeString:
    """A number that opens the rows it counts: zero is grey, a late one red; with no address, plain text."""
    text = hours(value) if as_hours else number(value)
    kind = "zero" if not value else "late" if late else ""
    if not url:
        return format_html('<span class="{}">{}</span>', "muted" if not value else "", text)
    return format_html('<a class="fig {}" href="{}">{}</a>', kind, url, text)


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's control, dressed; a faulty one is marked, and Django ties its hint and error to it."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        classes = "form-check-input"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        classes = ""
    elif isinstance(widget, forms.Select):
        classes = "form-select"
    else:
        classes = "form-control"
    own = widget.attrs.get("class", "")
    marked = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{own} {classes}{marked}".strip()})


@register.filter
def at(found: Mapping[Any, Any], key: Any) -> Any:
    """found[key], or None: what a view looked up for all rows of a page at once."""
    return found.get(key)


@register.filter
def rest(count: int, shown: int) -> int:
    """How many more there are."""
    return count - shown


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def initials(user: User) -> str:
    """SL for Sari Lehtonen; the first letter of the address of somebody without a name."""
    return (user.first_name[:1] + user.last_name[:1] or user.email[:1]).upper()


@register.filter
def elided(page: Page[Any]) -> Iterator[int | str]:
    """The page numbers to show: 1 … 4 5 6 … 60."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def row_span(page: Page[Any]) -> str:
    """“51–100”: the places of the page's rows in the list, counted from its beginning or its end."""
    return f"{number(page.start_index())}–{number(page.end_index())}"


@register.filter
def how_many(paginator: Paginator[Any]) -> str:
    """How many rows a list has: 1 012, or “over 10 000” where no more are counted (spotilla.pages)."""
    text = number(paginator.count)
    return _("over %(number)s") % {"number": text} if getattr(paginator, "is_long", False) else text


@register.simple_tag(takes_context=True)
def nav_item(context: RequestContext, url_name: str, icon_name: str, label: str) -> SafeString:
    """One entry of the navigation, marked when the page shown is it or below it."""
    url, path = reverse(url_name), context["request"].path
    current = "page" if path == url else "true" if path.startswith(url) else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<li><a href="{}"{}>{}{}</a></li>', url, mark, icon(icon_name), label)


@register.simple_tag
def form_key() -> SafeString:
    """What makes of a form that is sent twice one row (spotilla.once); browsers are not to fill in the last one's."""
    return format_html('<input type="hidden" name="form_key" value="{}" autocomplete="off">', uuid4().hex)
