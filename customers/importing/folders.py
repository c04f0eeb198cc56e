"""Which folders a row's paths mean on today's tree, and whether they are free on its days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import Plan, Planned
from customers.models import Attachment, Customer
from folders.days import FOREVER
from folders.finding import Tree, nearest, tree_of, with_marks
from sheets.problems import shown
from spotilla.in_values import among

PROBLEMS_A_CELL = 10  # more are not told

type _Wrong = tuple[str, str]  # what is wrong, what would be right


def match_folders(plan: Plan, by: User | None) -> None:
    """Gives each row the folders that it will attach, and the attachments that its customer has. About five queries
    when any row names a folder, else none.
    """
    _note_days_without_folder(plan)
    rows = [row for row in plan.rows if row.get("folders") and row.first is None]
    if not rows:
        return
    meant = _read_cells({row.get("folders") for row in rows}, by)
    taken = _attachments({folder for cell in meant.values() for folder in cell.folders})
    names = _visible_names({attachment.customer_id for each in taken.values() for attachment in each}, by)
    first: dict[int, int] = {}
    for row in rows:
        wrong, free, held = _judge(row, meant[row.get("folders")], taken, names, first)
        for text, right in wrong[:PROBLEMS_A_CELL]:
            plan.problem(row, "folders", text, right)
        row.folders, row.held = tuple(free), tuple(held)


def _note_days_without_folder(plan: Plan) -> None:
    if not any(plan.table.column("attached_from")):
        return
    for row in plan.rows:
        if row.get("attached_from") and not row.get("folders"):
            row.notes += (_("The row names no folder: its day says nothing."),)


def _read_cells(cells: set[tuple[str, ...]], by: User | None) -> dict[tuple[str, ...], _Cell]:
    """What each cell of folders means on today's tree. Two queries."""
    written = {path for paths in cells for path in paths}
    tree = tree_of(written | set(map(with_marks, written)), by)
    return {paths: _folders(paths, tree) for paths in cells}


def _visible_names(customers: set[int], by: User | None) -> dict[int, str]:
    """Names of those of the customers that the user sees, by id."""
    if not customers:
        return {}
    return dict(Customer.objects.visible_to(by).filter(among("pk", customers)).values_list("pk", "name"))


@dataclass
class _Cell:
    """What the paths of a cell mean: the folders with their paths as written, and what is wrong with the others."""

    folders: dict[int, str] = field(default_factory=dict)
    wrong: list[_Wrong] = field(default_factory=list)


def _judge(
    row: Planned, cell: _Cell, taken: dict[int, list[Attachment]], visible: dict[int, str], first: dict[int, int]
) -> tuple[list[_Wrong], list[int], list[Attachment]]:
    """What is wrong with the row's folders, the ones that it will attach, and the attachments that are its already."""
    wrong, free, held = list(cell.wrong), list[int](), list[Attachment]()
    for folder, path in cell.folders.items():
        if len(wrong) >= PROBLEMS_A_CELL:
            break
        if first.setdefault(folder, row.record.row) != row.record.row:
            texts = {"path": path, "row": first[folder]}
            wrong.append((_("Row %(row)d attaches the folder “%(path)s” too.") % texts, _one_a_day()))
        else:
            found = _meets(row, path, taken.get(folder, []), visible)
            if found is None:
                free.append(folder)
            elif isinstance(found, Attachment):
                held.append(found)
            else:
                wrong.append(found)
    return wrong, free, held


def _folders(paths: tuple[str, ...], tree: Tree) -> _Cell:
    cell = _Cell()
    for path in paths:
        folders, right = tree.find(path)
        if len(folders) == 1:
            cell.folders.setdefault(folders[0], path)
        elif folders:
            way_out = _("Give the two folders different names, or attach the right one by hand.")
            cell.wrong.append((_("The path “%(path)s” matches two folders.") % {"path": path}, way_out))
        else:
            meant = with_marks(path)
            hint = nearest(path, right)
            if meant != path and tree.find(meant)[0]:
                hint = _("“%(path)s”, with blanks around the mark.") % {"path": meant}
            cell.wrong.append((_("There is no folder “%(path)s”.") % {"path": path}, hint))
    return cell


def _attachments(folders: set[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(among("folder__pk", folders)).order_by("since") if folders else ():
        found[attachment.folder_id].append(attachment)
    return found


def _meets(row: Planned, path: str, taken: list[Attachment], visible: dict[int, str]) -> _Wrong | Attachment | None:
    """The first that the folder has on the row's days: the customer's own open attachment, which may get another first
    day, or why the row cannot attach it; None when the folder is free.
    """
    customer = row.existing
    if not row.get("attached_from"):
        own = next((each for each in taken if _is_own(each, customer) and each.until == FOREVER), None)
        if own is not None:
            return own
    in_the_way = next((each for each in taken if each.until > row.since), None)
    if in_the_way is not None:
        return _judge_taken(in_the_way, customer, path, visible)
    if customer is not None and customer.closed_on is not None:
        texts = {"customer": customer.name, "day": shown(customer.closed_on)}
        return _("“%(customer)s” is closed from %(day)s.") % texts, _("No folders for a closed customer.")
    return None


def _judge_taken(
    attachment: Attachment, customer: Customer | None, path: str, visible: dict[int, str]
) -> _Wrong | Attachment:
    """What the attachment, which lasts into the row's days, means for the row."""
    open_ended = attachment.until == FOREVER
    texts = {"path": path, "day": "" if open_ended else shown(attachment.until)}
    later = _("%(day)s or later in “Attached from”.") % texts
    if _is_own(attachment, customer):
        if open_ended:
            return attachment
        return _("The folder “%(path)s” was this customer's until it ended on %(day)s.") % texts, later
    texts["customer"] = visible.get(attachment.customer_id, _("another customer"))
    right = _one_a_day() if open_ended else later
    return _("The folder “%(path)s” is on those days that of %(customer)s.") % texts, right


def _is_own(attachment: Attachment, customer: Customer | None) -> bool:
    return customer is not None and attachment.customer_id == customer.pk


def _one_a_day() -> str:
    return _("One customer for a folder on a day: hand it over, or end the other one first.")
