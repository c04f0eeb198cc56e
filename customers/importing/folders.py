"""Which folders a row's paths mean on today's tree, and whether they are free on its days."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import Plan, Planned, in_chunks
from customers.models import Attachment, Customer
from folders.days import FOREVER
from folders.models import Folder
from sheets.columns import folded
from sheets.problems import shown

PARTS = " / "
DEEPEST = 1_000  # were a cycle ever in the tree, paths would end all the same


def match_folders(plan: Plan, by: User | None) -> None:
    """Gives each row the folders that it will attach. Reads the whole tree once when any row names a folder."""
    rows = [row for row in plan.rows if row.get("folders")]
    if not rows:
        return
    by_path = _tree(by)
    wanted = {id(row): _folders(plan, row, by_path) for row in rows}
    taken = _attachments({folder for folders in wanted.values() for folder in folders})
    customers = {attachment.customer_id for found in taken.values() for attachment in found}
    visible = (
        dict(Customer.objects.visible_to(by).filter(pk__in=customers).values_list("pk", "name")) if customers else {}
    )
    first: dict[int, int] = {}
    for row in rows:
        free = []
        for folder, path in wanted[id(row)].items():
            if first.setdefault(folder, row.record.row) != row.record.row:
                texts = {"path": path, "row": first[folder]}
                _wrong(plan, row, _("Row %(row)d attaches the folder “%(path)s” too.") % texts, _one_a_day())
            elif _is_free(plan, row, path, taken[folder], visible):
                free.append(folder)
        row.folders = tuple(free)


def _tree(by: User | None) -> dict[tuple[str, ...], list[int]]:
    """Folders by path: the folded names from the top. Two folders may share one."""
    folders = {pk: (parent, folded(name)) for pk, parent, name in _visible_folders(by)}
    by_path: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for pk in folders:
        path: list[str] = []
        place: int | None = pk
        while place in folders and len(path) < DEEPEST:
            place, name = folders[place]
            path.append(name)
        by_path[tuple(reversed(path))].append(pk)
    return by_path


def _visible_folders(by: User | None) -> list[tuple[int, int | None, str]]:
    return list(Folder.objects.visible_to(by).values_list("pk", "parent_id", "name"))


def _folders(plan: Plan, row: Planned, by_path: dict[tuple[str, ...], list[int]]) -> dict[int, str]:
    """Ids of the row's folders, and their paths as written."""
    found: dict[int, str] = {}
    for path in row.get("folders"):
        names = tuple(folded(name) for name in path.split(PARTS))
        folders = by_path.get(names, [])
        if len(folders) == 1:
            found.setdefault(folders[0], path)
        elif folders:
            right = _("Different names for the two folders, or attach the right one by hand.")
            _wrong(plan, row, _("The path “%(path)s” fits two folders.") % {"path": path}, right)
        else:
            _wrong(plan, row, _("There is no folder “%(path)s”.") % {"path": path}, _nearest(path, names, by_path))
    return found


def _nearest(path: str, names: tuple[str, ...], by_path: dict[tuple[str, ...], list[int]]) -> str:
    """How far the path is right."""
    for length in range(len(names) - 1, 0, -1):
        if names[:length] in by_path:
            texts = {"path": PARTS.join(path.split(PARTS)[:length])}
            return _("A folder inside “%(path)s”, which exists.") % texts
    return _("A path from the top of the folder tree: first folder / second folder.")


def _attachments(folders: set[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for chunk in in_chunks(sorted(folders)):
        for attachment in Attachment.objects.filter(folder__in=chunk).order_by("since"):
            found[attachment.folder_id].append(attachment)
    return found


def _is_free(plan: Plan, row: Planned, path: str, taken: list[Attachment], visible: dict[int, str]) -> bool:
    """Whether the row is to attach the folder: nobody has it on the row's days, its own customer neither."""
    customer = row.existing
    for attachment in taken:
        if attachment.until <= row.since:
            continue
        texts = {"path": path, "day": shown(attachment.until) if attachment.until != FOREVER else ""}
        if customer is not None and attachment.customer_id == customer.pk:
            if attachment.until == FOREVER:
                return False  # has it already
            _wrong(
                plan,
                row,
                _("The folder “%(path)s” was this customer's until it ended on %(day)s.") % texts,
                _("%(day)s or later in “Attached from”.") % texts,
            )
            return False
        texts["customer"] = visible.get(attachment.customer_id, _("another customer"))
        right = _one_a_day() if attachment.until == FOREVER else _("%(day)s or later in “Attached from”.") % texts
        _wrong(plan, row, _("The folder “%(path)s” is on those days that of %(customer)s.") % texts, right)
        return False
    if customer is not None and customer.closed_on is not None:
        texts = {"customer": customer.name, "day": shown(customer.closed_on)}
        _wrong(plan, row, _("“%(customer)s” is closed from %(day)s.") % texts, _("No folders for a closed customer."))
        return False
    return True


def _one_a_day() -> str:
    return _("One customer for a folder on a day: hand it over, or end the other one first.")


def _wrong(plan: Plan, row: Planned, text: str, right: str) -> None:
    plan.problem(row, "folders", text, right)
