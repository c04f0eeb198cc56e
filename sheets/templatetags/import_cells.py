"""Addresses of an import's pages, what its button says, and the cells of its preview: there are thousands on a page,
which a template takes too long to write.
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sheets.importing.import_types import ImportType, Words
from sheets.importing.preview import Cell, PreviewRow
from spotilla.templatetags.office import number

register = template.Library()


@register.simple_tag(takes_context=True)
def import_url(context: Context, name: str, pk: int | None = None) -> str:
    """The address of a page of this thing's import: {% import_url 'import_preview' upload.pk %}."""
    thing: ImportType = context["thing"]
    return thing.url(name) if pk is None else thing.url(name, pk)


@register.filter
def amount(words: Words, count: int) -> str:
    """What the button says that would be imported."""
    return str(words.amount % {"rows": count, "amount": number(count)})


@register.simple_tag
def preview_cells(row: PreviewRow) -> SafeString:
    """A <td> for each: what it will be, from what to what, or what is wrong."""
    empty = escape(_("(empty)"))
    return mark_safe("".join([_cell(cell, empty) for cell in row.cells]))  # noqa: S308  # each text is escaped below


def _cell(cell: Cell, empty: str) -> str:
    place = f' id="{cell.address}"' if cell.address else ""
    if not cell.state:
        return f"<td{place}>{escape(cell.text)}</td>"
    text = escape(cell.text) if cell.text else empty
    if cell.state == "wrong":
        return f'<td{place} class="wrong">{text}</td>'
    was = f"<del>{escape(cell.was)}</del> " if cell.was else ""
    return f"<td{place}>{was}<ins>{text}</ins></td>"
