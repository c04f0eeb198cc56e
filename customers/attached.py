"""The folders of a customer as its page shows them: what it is attached to now, in the order of the tree, and under
each the folders that others own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from customers.models import Attachment, Coverage, Customer
from folders.names import sort_key
from folders.sql.paths import paths


@dataclass(frozen=True)
class AttachmentRow:
    """One attachment in force on a folder that the customer collects: its own, or another's below one of its own."""

    attachment: Attachment
    path: list[tuple[int, str]]  # (id, name) from the top of the tree down to the folder itself
    above: list[tuple[int, str]]  # the part of the path that no row above this one has said
    level: int  # how many of the rows above lie on its path
    own: bool


def attached_on(customer: Customer, day: date) -> list[AttachmentRow]:
    """The attachments, the customer's and others' below them, in force on `day`, in the order of the tree.

    Two queries. Reads every attachment below the customer's folders, and their paths.
    """
    collected = Coverage.objects.on(day).filter(customer=customer).values("folder")
    found = Attachment.objects.on(day).filter(folder__in=collected).select_related("folder", "customer")
    by_folder = {attachment.folder_id: attachment for attachment in found}
    lines = paths(by_folder)
    return [
        _standing(by_folder[folder], lines[folder], by_folder, customer)
        for folder in sorted(by_folder, key=lambda folder: [(sort_key(name), pk) for pk, name in lines[folder]])
    ]


def _standing(
    attachment: Attachment, path: list[tuple[int, str]], listed: Collection[int], customer: Customer
) -> AttachmentRow:
    said = [place for place, (folder, _name) in enumerate(path[:-1]) if folder in listed]
    above = path[said[-1] + 1 : -1] if said else path[:-1]
    return AttachmentRow(attachment, path, above, len(said), attachment.customer_id == customer.pk)


def followed_by(attachments: Collection[Attachment]) -> dict[int, Attachment]:
    """The next attachment of the same folder by each attachment's id, where it begins on the day that this one ends: a
    hand-over. One query.
    """
    ends = {(attachment.folder_id, attachment.until): attachment.pk for attachment in attachments}
    rows = Attachment.objects.filter(folder__in={folder for folder, _day in ends}).select_related("customer")
    return {ends[row.folder_id, row.since]: row for row in rows if (row.folder_id, row.since) in ends}


def preceded_by(attachments: Collection[Attachment]) -> dict[int, Attachment]:
    """The attachment of the same folder that ends on the day on which each begins, by the later one's id. One query."""
    begins = {(attachment.folder_id, attachment.since): attachment.pk for attachment in attachments}
    rows = Attachment.objects.filter(folder__in={folder for folder, _day in begins}).select_related("customer")
    return {begins[row.folder_id, row.until]: row for row in rows if (row.folder_id, row.until) in begins}
