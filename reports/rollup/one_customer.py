"""What one customer collects: by attachment, folder and label, or by day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from accounts.models import User
from customers.sql.coverage import collects, is_nearest
from folders.sql.walks import DEEPEST, walk_down
from reports.measures import Source, Work, measures_of
from reports.periods import DAY, Period, hull, merged
from reports.rollup.relations import Amounts, Relations, relations_over
from spotilla.sql import Parameter, day_of, day_parameter, earliest, execute, latest, overlap
from workorders.sql.owners import join_order, owns, payer_of

_CUSTOMER = "%(customer)s"

# What comes by a work order alone stands in the second half.
_COLLECTED = f"""work AS NOT MATERIALIZED (
  SELECT e.*, c.attachment_id, {{path}} AS path, 1 AS by_folder,
         CASE WHEN w.customer_id = {_CUSTOMER} THEN 1 ELSE 0 END AS by_order,
         CASE WHEN {owns(_CUSTOMER)} THEN 1 ELSE 0 END AS owned
    FROM customers_coverage c
    JOIN event e ON e.folder_id = c.folder_id AND e.day >= c.since AND e.day < c.until
    {join_order("e.order_id")} {{join_way}}
   WHERE c.customer_id = {_CUSTOMER}
  UNION ALL
  SELECT e.*, NULL, NULL, 0, 1, 1
    FROM workorders_workorder w JOIN event e ON e.order_id = w.id
   WHERE w.customer_id = {_CUSTOMER} AND NOT {collects(_CUSTOMER, "e.folder_id", "e.day")})"""

# The same added up, before it is asked to whom the work orders belong: by stretches of days, in which an index of a
# folder's work is read and no more.
_ADDED_UP = f"""stretch AS MATERIALIZED (
  SELECT c.attachment_id, c.folder_id, CASE WHEN {is_nearest("c")} THEN 1 ELSE 0 END AS nearest,
         {{way_since}} AS way_since, {{latest}} AS since, {{earliest}} AS until
    FROM customers_coverage c {{join_way}} CROSS JOIN days d
   WHERE c.customer_id = {_CUSTOMER} AND {overlap("c", "d.since", "d.until")} {{same_days}}),
bundle AS MATERIALIZED (
  SELECT {{by_folder}}, e.label_id, c.nearest, {{sums}}
    FROM stretch c JOIN event e ON e.folder_id = c.folder_id AND e.day >= c.since AND e.day < c.until
   GROUP BY {{numbers}}, c.nearest),
paid AS MATERIALIZED (SELECT b.*, {{payer}} AS payer_id FROM bundle b),
work AS NOT MATERIALIZED (
  SELECT {{names}}, label_id, {{amounts}}, 1 AS by_folder,
         CASE WHEN payer_id = {_CUSTOMER} THEN 1 ELSE 0 END AS by_order,
         CASE WHEN {owns(_CUSTOMER, "payer_id", "nearest = 1")} THEN 1 ELSE 0 END AS owned
    FROM paid"""
# Behind it, for tasks; requests belong to no work order, and nothing of theirs comes by one alone.
_ALONE = f"""
  UNION ALL
  SELECT {{by_order}}, e.label_id, {{sums}}, 0, 1, 1
    FROM workorders_workorder w JOIN event e ON e.order_id = w.id
   WHERE w.customer_id = {_CUSTOMER} AND NOT {collects(_CUSTOMER, "e.folder_id", "e.day")}
   GROUP BY {{numbers}}"""
_PAYER = payer_of("b.label_id")  # of tasks, told apart by order

# The way down from each of the customer's attachments, as the folders lay: "12-15-18" on the days since <= day < until.
_BEGIN, _END = "%(way_first)s::date", "%(way_end)s::date"
_WAY = walk_down(
    "way",
    f"""SELECT a.id, CAST(a.folder_id AS text), a.folder_id, a.since, a.until, 0
    FROM customers_attachment a WHERE a.customer_id = {_CUSTOMER} AND {overlap("a", _BEGIN, _END)}""",
    carried={"attachment_id": "w.attachment_id", "path": "w.path || '-' || CAST(p.folder_id AS text)"},
    where=f"{overlap('p', _BEGIN, _END)} AND w.depth < {DEEPEST}",
    steps="depth",
)
_WAY_OF_COVERAGE = f"""JOIN way u ON u.attachment_id = c.attachment_id AND u.folder_id = c.folder_id
     AND {overlap("u", "c.since", "c.until")}"""
_JOIN_WAY = """JOIN way u ON u.attachment_id = c.attachment_id AND u.folder_id = e.folder_id
     AND u.since <= e.day AND u.until > e.day"""


def collected(
    source: Source, rows: Work, customer: int, today: date, periods: Collection[Period] = (), *, ways: bool = False
) -> Relations:
    """The work that one customer collects. With `ways` each item has its `path` in the days of `periods`.

    Costs as much as the work in the customer's folders on all days of `rows`; `ways` also reads the folders of its
    branches.
    """
    tables = []
    parameters: dict[str, Parameter] = {"customer": customer}
    if ways:
        days = hull([*periods]) if source.day and periods else Period(today, today)
        parameters |= _way_parameters(days)
        tables.append(_WAY)
    path, join = ("u.path", _JOIN_WAY) if ways else ("NULL", "")
    tables.append(_COLLECTED.format(path=path, join_way=join))
    return relations_over(source, rows, today, *tables, **parameters)


def _way_parameters(days: Period) -> dict[str, Parameter]:
    return {"way_first": days.first, "way_end": days.last + DAY}


_WHATEVER_THE_WAY = {
    "way_since": "CAST(NULL AS date)",
    "latest": latest("c.since", "d.since"),
    "earliest": earliest("c.until", "d.until"),
    "join_way": "",
    "same_days": "",
}
_OF_EACH_WAY = {
    "way_since": "u.since",
    "latest": latest("c.since", "d.since", "u.since"),
    "earliest": earliest("c.until", "d.until", "u.until"),
    "join_way": _WAY_OF_COVERAGE,
    "same_days": f"AND {overlap('u', 'd.since', 'd.until')}",
}


def _added_up(
    user: User | None,
    source: Source,
    periods: Collection[Period],
    customer: int,
    today: date,
    by: Mapping[str, tuple[str, str]],
    ways: Ways | None = None,
) -> Relations:
    """The work that one customer collects, by the columns named in `by`, the label, whether owned and by an order.

    `by` has for each name two expressions: one for what comes by a folder, `e` in a stretch `c`, and one for what comes
    by a work order alone. With `ways` a stretch is of one way that the item came.
    """
    parameters: dict[str, Parameter] = {"customer": customer}
    tables = [_days(merged(periods) if source.day else [Period(today, today)], parameters)]
    if ways:
        parameters |= ways.parameters
        tables.insert(0, _WAY)
    tables.append(_adding_up(source, by, _OF_EACH_WAY if ways else _WHATEVER_THE_WAY))
    return relations_over(source, source.rows(user, periods), today, *tables, **parameters)


def _days(periods: Collection[Period], parameters: dict[str, Parameter]) -> str:
    """The periods as a relation; their days become parameters."""
    spans = [(day_parameter(one.first, parameters), day_parameter(one.last + DAY, parameters)) for one in periods]
    return f"days(since, until) AS (VALUES {', '.join(f'({since}, {until})' for since, until in spans)})"


def _adding_up(source: Source, by: Mapping[str, tuple[str, str]], of_way: Mapping[str, str]) -> str:
    keys = [measure.key for measure in measures_of(source)]
    return f"{_ADDED_UP}{_ALONE if source.is_task else ''})".format(
        **of_way,
        by_folder=", ".join(f"{of_folder} AS {name}" for name, (of_folder, _of_order) in by.items()),
        by_order=", ".join(of_order for _of_folder, of_order in by.values()),
        names=", ".join(by),
        numbers=", ".join(str(number) for number in range(1, len(by) + 2)),
        payer=_PAYER if source.is_task else "CAST(NULL AS bigint)",
        sums=", ".join(f"SUM(e.{key}) AS {key}" for key in keys),
        amounts=", ".join(keys),
    )


type Path = tuple[int, ...]  # folders from an attachment's own down


@dataclass(frozen=True)
class Ways:
    """The way down from each of a customer's attachments to every folder below, as the folders lay on some days."""

    parameters: dict[str, Parameter]  # of the relation
    paths: dict[tuple[int, int], dict[date | str, str]]  # attachment, folder: the path by its first day

    @property
    def some_moved(self) -> bool:
        """Whether some folder lay in more than one place below an attachment on those days."""
        return any(len(found) > 1 for found in self.paths.values())

    def path(self, attachment: int, folder: int, since: date | str | None) -> Path:
        """`since`: the first day of the way; None where a folder has but one."""
        found = self.paths[attachment, folder]
        return _folders(next(iter(found.values())) if since is None else found[since])


def ways(customer: int, days: Period) -> Ways:
    """By which folders a customer's work has come on these days. One query."""
    parameters: dict[str, Parameter] = {"customer": customer, **_way_parameters(days)}
    paths: dict[tuple[int, int], dict[date | str, str]] = {}
    found = execute(f"WITH RECURSIVE {_WAY} SELECT attachment_id, folder_id, since, path FROM way", **parameters)
    for attachment, folder, since, path in found:
        paths.setdefault((attachment, folder), {})[since] = path
    return Ways(parameters, paths)


@lru_cache(maxsize=10_000)
def _folders(path: str) -> Path:
    """Many lines have the same way."""
    return tuple(int(pk) for pk in path.split("-"))


type Place = tuple[int, int, date | str | None]  # attachment, folder, the first day of its way: Ways.path(*place)


class Line(NamedTuple):
    """A part of what a customer collects: in one place (None: by work orders alone), of one label."""

    place: Place | None
    label: int | None  # the work order of tasks, the kind of requests
    by_order: int  # 1 or 0, as the next
    owned: int
    amounts: Amounts


def lines(user: User | None, source: Source, period: Period, customer: int, today: date, ways: Ways) -> list[Line]:
    """All that a customer collects, in parts that add up to it; `ways` of the period and today.

    The work is added up by folder, which says where it lay; the ways are asked again only where some folder moved, and
    one that left and came back has two parts of the same path.
    """
    asked = ways if ways.some_moved else None
    by = {
        "attachment_id": ("c.attachment_id", "CAST(NULL AS bigint)"),
        "folder_id": ("c.folder_id", "CAST(NULL AS bigint)"),
        "way_since": ("c.way_since", "CAST(NULL AS date)"),
    }
    relations = _added_up(user, source, [period], customer, today, by, asked)
    return [
        Line((attachment, folder, since) if attachment else None, label, by_order, owned, amounts)
        for (attachment, folder, since, label, by_order, owned), amounts in relations.parts(
            *by, "label_id", "by_order", "owned"
        )
    ]


type Daily = list[tuple[date, bool, Amounts]]  # day, whether owned, amounts


def daily(user: User | None, source: Source, periods: Collection[Period], customer: int, today: date) -> Daily:
    """What a customer collects, by day, over the days of some periods: they may overlap."""
    relations = _added_up(user, source, periods, customer, today, {"day": ("e.day", "e.day")})
    return [(day_of(day), bool(own), amounts) for (day, own), amounts in relations.sums("day", "owned")]
