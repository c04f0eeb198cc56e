"""The cells of an import's preview. There are thousands on a page, which a template takes too long to write."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from customers.importing.preview import Cell, PreviewRow

register = template.Library()


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
