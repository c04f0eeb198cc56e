"""The operations that decide who owns and who collects: attachments over days, folders that come, move and go.

Each edits the source rows (attachments, places of folders) inside `folders.tree.tree_change` and then has the coverage
of the branch that it touched worked out anew (customers.sql.rebuild), whatever the operation.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from customers import kinds
from customers.models import Attachment, Customer
from customers.sql.rebuild import delete_coverage_of_attachments, delete_coverage_of_folders, rebuild
from folders.days import ALWAYS, FOREVER, overlapping
from folders.models import Folder
from folders.tree import OperationDraft, Refused, insert_folder, set_folder_placement, tree_change
from spotilla.bulk import insert_rows, new_ids, overwrite_rows
from spotilla.in_values import among

# ---- attachments -----------------------------------------------------------------------------------------------------


def attach(
    customer: Customer, folder: Folder, since: date = ALWAYS, until: date = FOREVER, *, by: User | None
) -> Attachment:
    """`customer` collects the work of `folder` and of all below it on since <= day < until.

    Raises Refused when another attachment holds the folder on one of the days, or the customer is closed on one.
    """
    with tree_change(kinds.ATTACH, by, customer=customer.pk, folder=folder.pk, since=since, until=until) as change:
        attachment = _settle(Attachment(customer=customer, folder=folder), since, until)
        change.arguments["attachment"] = attachment.pk
        rebuild([folder.pk])
    return attachment


def attach_many(rows: Collection[tuple[int, int, date]]) -> list[tuple[int, int, int, date]]:
    """Attach (customer id, folder id, since) from that day on, all in one go, for an import inside its `tree_change`.

    The caller has judged the rows; the schema has the last word (IntegrityError). Returns them with the attachments'
    ids before them; the folders are the caller's to `rebuild`.
    """
    made = [(pk, *row) for pk, row in zip(new_ids(Attachment, len(rows)), rows, strict=True)]
    insert_rows(Attachment, ["id", "customer_id", "folder_id", "since", "until"], ((*row, FOREVER) for row in made))
    return made


def redate_many(change: OperationDraft, rows: Collection[tuple[int, date]]) -> set[int]:
    """Give attachments (by id) another first day, all in one go, for an import or its undoing inside its `tree_change`.

    The caller has judged the rows; the schema has the last word (IntegrityError). Returns their folders, which are the
    caller's to `rebuild`.
    """
    found = Attachment.objects.in_bulk([pk for pk, _since in rows]) if rows else {}
    for pk, since in rows:
        change.replaces(found[pk])
        found[pk].since = since
    overwrite_rows(Attachment, list(found.values()), ["since"])
    return {attachment.folder_id for attachment in found.values()}


def take_back_attachments(change: OperationDraft, attachments: Collection[Attachment]) -> set[int]:
    """Removes attachments as if they had never been, for the undoing of an import inside its `tree_change`. Returns
    their folders, which are the caller's to `rebuild`.
    """
    for attachment in attachments:
        change.replaces(attachment)
    pks = [attachment.pk for attachment in attachments]
    # Coverage refers to them until the branches are rebuilt.
    delete_coverage_of_attachments(pks)
    Attachment.objects.filter(among("pk", pks)).delete()
    return {attachment.folder_id for attachment in attachments}


def redate(attachment: Attachment, since: date, until: date, *, by: User | None) -> None:
    """Give an attachment other days. Raises Refused as `attach` does."""
    with tree_change(kinds.REDATE, by, attachment=attachment.pk, since=since, until=until) as change:
        current = _current(attachment)
        change.replaces(current)
        _settle(current, since, until)
        rebuild([current.folder_id])


def detach(attachment: Attachment, day: date, *, by: User | None) -> None:
    """The attachment collects no more from `day` on; a day at or before its first takes it away altogether."""
    with tree_change(kinds.DETACH, by, attachment=attachment.pk, day=day) as change:
        current = _current(attachment)
        _end(change, current, day)
        rebuild([current.folder_id])


def hand_over(attachment: Attachment, customer: Customer, day: date, *, by: User | None) -> Attachment:
    """The folder is `customer`'s from `day` on, for as long as it would have been the present one's.

    Raises Refused when `day` is not inside the attachment's days, or the customer is the same or closed.
    """
    with tree_change(kinds.HAND_OVER, by, attachment=attachment.pk, customer=customer.pk, day=day) as change:
        current = _current(attachment)
        until = current.until
        if not current.since < day < until:
            raise Refused(_("The day must be inside the days of the present attachment, after its first."))
        if current.customer_id == customer.pk:
            raise Refused(_("The folder is this customer's already."))
        _end(change, current, day)
        following = _settle(Attachment(customer=customer, folder=current.folder), day, until)
        change.arguments["following"] = following.pk
        rebuild([current.folder_id])
    return following


def redate_hand_over(earlier: Attachment, later: Attachment, day: date, *, by: User | None) -> None:
    """Change the day of a hand-over on both sides at once. Raises Refused when the two do not meet."""
    with tree_change(kinds.REDATE_HAND_OVER, by, earlier=earlier.pk, later=later.pk, day=day) as change:
        first, second = _current(earlier), _current(later)
        if first.folder_id != second.folder_id or first.until != second.since:
            raise Refused(_("One attachment does not begin where the other ends."))
        if not first.since < day < second.until:
            raise Refused(_("The day must leave both customers at least one day."))
        _check_open(first.customer_id, day)
        change.replaces(first)
        change.replaces(second)
        # The one that gives days goes first, so that the two never overlap.
        moves = [(first, "until"), (second, "since")]
        for row, end in moves if day < first.until else reversed(moves):
            setattr(row, end, day)
            row.save(update_fields=[end])
        rebuild([first.folder_id])


def close_customer(customer: Customer, day: date, *, by: User | None) -> None:
    """`day` is the first without the customer; its attachments end there. Raises Refused while it has open work orders,
    naming those that `by` may see, and when it is closed already.
    """
    with tree_change(kinds.CLOSE_CUSTOMER, by, customer=customer.pk, day=day) as change:
        current = Customer.objects.select_for_update().get(pk=customer.pk)
        if current.closed_on is not None:
            raise Refused(_("The customer is closed already."))
        orders: Any = current.work_orders.filter(closed_on=None).order_by("pk")
        if orders.exists():
            named = ", ".join(str(order) for order in orders.visible_to(by)[:20])
            raise Refused(
                _("Close its work orders first: %(orders)s.") % {"orders": named}
                if named
                else _("Close its work orders first.")
            )
        ended = list(current.attachments.filter(until__gt=day))
        for attachment in ended:
            _end(change, attachment, day)
        Customer.objects.filter(pk=customer.pk).update(closed_on=day)
        rebuild({attachment.folder_id for attachment in ended})


def reopen_customer(customer: Customer, *, by: User | None) -> None:
    """Takes a closing back; the attachments that it ended stay ended."""
    with tree_change(kinds.REOPEN_CUSTOMER, by, customer=customer.pk) as change:
        change.arguments["closed_on"] = Customer.objects.values_list("closed_on", flat=True).get(pk=customer.pk)
        Customer.objects.filter(pk=customer.pk).update(closed_on=None)


def _current(attachment: Attachment) -> Attachment:
    """The attachment as it stands now that the tree is locked. Raises Refused when somebody has taken it away."""
    try:
        return Attachment.objects.select_related("folder", "customer").get(pk=attachment.pk)
    except Attachment.DoesNotExist as error:
        raise Refused(_("Somebody has removed this attachment meanwhile.")) from error


def _settle(attachment: Attachment, since: date, until: date) -> Attachment:
    """Save an attachment with these days. Raises Refused where they break a rule."""
    if since >= until:
        raise Refused(_("The last day is before the first."))
    _check_open(attachment.customer_id, until)
    others = Attachment.objects.filter(overlapping(since, until), folder=attachment.folder_id).exclude(pk=attachment.pk)
    other = others.select_related("customer").order_by("since").first()
    if other is not None:
        raise Refused(taken(other))
    attachment.since, attachment.until = since, until
    try:
        attachment.save()
    except IntegrityError as error:  # a folder or customer that went away meanwhile
        raise Refused(_("The folder or the customer no longer exists.")) from error
    return attachment


def _check_open(customer: int, until: date) -> None:
    """Raises Refused when the customer is closed before `until`."""
    closed_on, name = Customer.objects.values_list("closed_on", "name").get(pk=customer)
    if closed_on is not None and until > closed_on:
        texts = {"customer": name, "day": date_format(closed_on)}
        raise Refused(_("The customer %(customer)s is closed from %(day)s on.") % texts)


def taken(attachment: Attachment) -> str:
    """Why another customer cannot be attached on the same days, and the way out."""
    names = {"folder": attachment.folder, "customer": attachment.customer}
    if attachment.until == FOREVER:
        return (
            _("The folder “%(folder)s” is %(customer)s's on those days. Hand it over, or end that one first.") % names
        )
    return _("The folder “%(folder)s” is %(customer)s's until %(day)s. Begin after that day, or hand it over.") % (
        names | {"day": date_format(attachment.until - timedelta(days=1))}
    )


def _end(change: OperationDraft, attachment: Attachment, day: date) -> None:
    change.replaces(attachment)
    if attachment.since >= day:
        # Coverage refers to it until the branch is rebuilt, at the end of the same operation.
        delete_coverage_of_attachments([attachment.pk])
        attachment.delete()
    elif attachment.until > day:
        attachment.until = day
        attachment.save(update_fields=["until"])


# ---- folders ---------------------------------------------------------------------------------------------------------


def new_folder(name: str, parent: Folder | None = None, *, by: User | None, description: str = "") -> Folder:
    """A folder that has been there since always, so that late recording works; it takes its parent's coverage."""
    with tree_change(kinds.NEW_FOLDER, by, parent=parent and parent.pk) as change:
        folder = insert_folder(name, parent, description)
        change.arguments["folder"] = folder.pk
        rebuild([folder.pk])
    return folder


def move_folder(
    folder: Folder, parent: Folder | None, since: date = ALWAYS, until: date = FOREVER, *, by: User | None
) -> None:
    """Put a folder under another over some days: from a day on it is a change, over past days a correction.

    Raises Refused for days in the future and for a cycle on any of the days.
    """
    with tree_change(
        kinds.MOVE_FOLDER, by, folder=folder.pk, parent=parent and parent.pk, since=since, until=until
    ) as change:
        set_folder_placement(change, folder, parent, since, until)
        rebuild([folder.pk])


def delete_folder(folder: Folder, *, by: User | None) -> None:
    """Delete a folder that nothing ever referred to. Raises Refused."""
    with tree_change(kinds.DELETE_FOLDER, by, folder=folder.pk) as change:
        for place in folder.placements.all():
            change.replaces(place)
        delete_coverage_of_folders([folder.pk])
        try:
            folder.delete()
        except ProtectedError as error:
            raise Refused(_("Something has been in the folder, or refers to it; it cannot be deleted.")) from error
