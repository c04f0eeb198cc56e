"""What an operation on tree, places or attachments would change, said before it is done: run, compared, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from customers.sql.coverage import is_nearest
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Spot
from folders.sql.walks import walk_down_ever
from folders.tree import lock_tree
from spotilla.sql import Parameter, Rows, execute, in_force, overlap
from workorders.models import ServiceRequest, Task
from workorders.sql.owners import TODAY, has_no_payer, join_order, list_states
from workorders.states import CLOSED, REQUEST_UNFINISHED, TASK_UNFINISHED


@dataclass(frozen=True)
class Line:
    """What goes from one owner to another (None: unowned), over all days that the operation touches."""

    was: Customer | None
    becomes: Customer | None
    folders: int
    spots: int
    unfinished: int
    done: int
    minutes: int
    requests: int  # unfinished, done and forwarded ones


@dataclass
class Changes:
    """What an operation would change, worked out by running it and rolling it back."""

    lines: list[Line] = field(default_factory=list)

    def _sum(self, name: str) -> int:
        return sum(getattr(line, name) for line in self.lines)

    @property
    def folders(self) -> int:
        return self._sum("folders")

    @property
    def spots(self) -> int:
        return self._sum("spots")

    @property
    def unfinished(self) -> int:
        return self._sum("unfinished")

    @property
    def done(self) -> int:
        return self._sum("done")

    @property
    def requests(self) -> int:
        return self._sum("requests")


class _RollBack(Exception):
    pass


_BRANCH = walk_down_ever("branch", "SELECT %(root)s::bigint")
_OWNERS = f"""CREATE TEMPORARY TABLE {{0}} AS
WITH RECURSIVE {_BRANCH}
SELECT c.folder_id, c.since, c.until, c.customer_id FROM branch b JOIN customers_coverage c ON c.folder_id = b.folder_id
 WHERE {is_nearest("c")}
UNION ALL SELECT folder_id, %(always)s::date, %(always)s::date, NULL FROM branch"""

# The days on which a folder's owner is another after than before; 0 stands for nobody.
_CHANGED = """CREATE TEMPORARY TABLE preview_changed AS
WITH edge(folder_id, day) AS (
  SELECT folder_id, since FROM preview_before UNION SELECT folder_id, until FROM preview_before
  UNION SELECT folder_id, since FROM preview_after UNION SELECT folder_id, until FROM preview_after
  UNION SELECT folder_id, %(forever)s::date FROM preview_before),
span AS (SELECT folder_id, day AS since, LEAD(day) OVER (PARTITION BY folder_id ORDER BY day) AS until FROM edge)
SELECT s.folder_id, s.since, s.until, COALESCE(b.customer_id, 0) AS was, COALESCE(a.customer_id, 0) AS becomes
  FROM span s
  LEFT JOIN preview_before b ON b.folder_id = s.folder_id AND b.since <= s.since AND b.until >= s.until
  LEFT JOIN preview_after a ON a.folder_id = s.folder_id AND a.since <= s.since AND a.until >= s.until
 WHERE s.until IS NOT NULL AND COALESCE(b.customer_id, 0) <> COALESCE(a.customer_id, 0)"""

_TASK_COLUMNS = ("folder_id", "work_order_id", "state", "done_on", "minutes")
_REQUEST_COLUMNS = ("folder_id", "state", "done_on")

# A task of a customer's work order stays its: the folder's owner does not matter.
_TASKS = f"""preview_changed c JOIN (%(tasks)s) i ON i.folder_id = c.folder_id
  {join_order("i.work_order_id")} WHERE {has_no_payer()}"""
_REQUESTS = "preview_changed c JOIN (%(requests)s) i ON i.folder_id = c.folder_id"
_UNFINISHED_TASK = f"i.state IN {list_states(TASK_UNFINISHED)} AND {in_force('c', TODAY)}"
_UNFINISHED_REQUEST = f"i.state IN {list_states(REQUEST_UNFINISHED)} AND {in_force('c', TODAY)}"
_CLOSED = f"i.state IN {list_states(CLOSED)} AND {in_force('c', 'i.done_on')}"
_COUNTS = {
    "folders": "COUNT(DISTINCT c.folder_id) FROM preview_changed c",
    "spots": "COUNT(DISTINCT p.spot_id) FROM preview_changed c "
    f"JOIN folders_spotplacement p ON p.folder_id = c.folder_id AND {overlap('p', 'c.since', 'c.until')}",
    "unfinished": f"COUNT(*) FROM {_TASKS} AND {_UNFINISHED_TASK}",
    "done": f"COUNT(*) FROM {_TASKS} AND {_CLOSED}",
    "minutes": f"SUM(i.minutes) FROM {_TASKS} AND {_CLOSED}",
    "requests": f"COUNT(*) FROM {_REQUESTS} WHERE {_UNFINISHED_REQUEST} OR {_CLOSED}",
}


def preview(operation: Callable[[], object], folder: Folder, *, user: User) -> Changes:
    """What `operation`, on `folder` and its branch, would change for the work that `user` may see.

    Runs it and rolls it back, under the tree's lock; costs about as much as the operation itself. Lets its Refused out.
    """
    today = timezone.localdate()
    work: dict[str, Parameter] = {
        "tasks": Rows.of(Task.objects.visible_to(user), *_TASK_COLUMNS),
        "requests": Rows.of(ServiceRequest.objects.visible_to(user), *_REQUEST_COLUMNS),
    }
    counts: dict[str, list[tuple[Any, ...]]] = {}
    try:
        with transaction.atomic():
            lock_tree()
            execute(_OWNERS.format("preview_before"), root=folder.pk, always=ALWAYS)
            operation()
            execute(_OWNERS.format("preview_after"), root=folder.pk, always=ALWAYS)
            execute(_CHANGED, forever=FOREVER)
            for name, statement in _COUNTS.items():
                text = f"SELECT c.was, c.becomes, {statement} GROUP BY c.was, c.becomes"
                counts[name] = execute(text, today=today, **work)
            raise _RollBack
    except _RollBack:
        return Changes(_lines(counts))


def preview_spot(operation: Callable[[], object], spot: Spot, *, user: User) -> Changes:
    """`preview` of moving one spot: its work goes with it. Reads all work of the spot."""
    try:
        with transaction.atomic():
            lock_tree()
            before = _owners_of_work(spot, user)
            operation()
            after = _owners_of_work(spot, user)
            raise _RollBack
    except _RollBack:
        counts: dict[str, dict[tuple[int, int], int]] = {}
        for (measure, pk), (was, amount) in before.items():
            becomes = after[measure, pk][0]
            if was != becomes:
                line = counts.setdefault(measure, {})
                line[was, becomes] = line.get((was, becomes), 0) + amount
        return Changes(_lines({name: [(*key, n) for key, n in lines.items()] for name, lines in counts.items()}))


def _owners_of_work(spot: Spot, user: User) -> dict[tuple[str, int], tuple[int, int]]:
    """{(measure, id): (owner or 0, amount)} of one spot's work that counts, and of the spot itself today."""
    today = timezone.localdate()
    tasks = Task.objects.visible_to(user).filter(spot=spot)
    requests = ServiceRequest.objects.visible_to(user).filter(spot=spot)
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for pk, owner in tasks.unfinished().with_owner(today).values_list("pk", F("owner_id")):
        found["unfinished", pk] = (owner or 0, 1)
    done = tasks.filter(state__in=CLOSED).with_owner("done_on")
    for pk, owner, minutes in done.values_list("pk", F("owner_id"), "minutes"):
        found["done", pk], found["minutes", pk] = (owner or 0, 1), (owner or 0, minutes)
    closed = requests.filter(state__in=CLOSED).with_owner("done_on")
    for rows in (requests.unfinished().with_owner(today), closed):
        for pk, owner in rows.values_list("pk", F("owner_id")):
            found["requests", pk] = (owner or 0, 1)
    nearest = Customer.objects.collecting(Spot.objects.get(pk=spot.pk).folder, today).first()
    found["spots", spot.pk] = (nearest.pk if nearest else 0, 1)
    return found


def _lines(counts: dict[str, list[tuple[Any, ...]]]) -> list[Line]:
    by_owners: dict[tuple[int, int], dict[str, int]] = {}
    for name, rows in counts.items():
        for was, becomes, number in rows:
            by_owners.setdefault((was, becomes), {})[name] = int(number or 0)
    customers = Customer.objects.in_bulk({pk for pair in by_owners for pk in pair if pk})
    return [
        Line(customers.get(was), customers.get(becomes), **{name: numbers.get(name, 0) for name in _COUNTS})
        for (was, becomes), numbers in sorted(by_owners.items())
    ]
