"""Mends days out of reach (spotilla.wrong_days), on the tables of the version before the schema refused them.

Days of attachments, places and work orders become such that no figure changes: what begins too early becomes always,
what ends too late for ever, and what then held on no day at all goes where another takes its days, and else ends on the
first day that there is. Days of work become what was plainly meant: 0026 and 1026 were 2026.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from customers.sql.rebuild import rebuild
from folders.days import ALWAYS, FOREVER
from folders.sql.placements import repair_placements
from folders.tree import tree_change
from spotilla.days import END_OF_DAYS, FIRST_DAY, last_day
from spotilla.sql import execute
from spotilla.wrong_days import DERIVED, WrongDay, wrong_days
from workorders import kinds
from workorders.sql.kept_folders import mend_folders

type Given = Mapping[str, date]  # what a wrong day is to be, as the office says

# Of what has a history, the column of what may be in one place or hand on a day, and of where or whose.
_HISTORIES = {
    "folders_placement": ("folder_id", "parent_id"),
    "folders_spotplacement": ("spot_id", "folder_id"),
    "customers_attachment": ("folder_id", "customer_id"),
}
_LATER_ALLOWED = {"due_on", "closed_on"}  # days of work that may lie in the future
_LAST_DAY = END_OF_DAYS - timedelta(days=1)
_PARKED = date(9000, 1, 1)  # where rows wait until all that are in their way have left


class Mend(NamedTuple):
    """What becomes of a wrong day: another, or its row goes; neither when nobody can know what was meant."""

    day: WrongDay
    becomes: date | None
    goes: bool = False


@dataclass(frozen=True)
class _Row:
    """One of a history, or a work order, which has none (`of` is itself)."""

    table: str
    id: int
    of: int
    where: int | None
    since: date
    until: date
    goes: bool = False


def plan_mends(given: Given) -> list[Mend]:
    """What `mend_days` would do, a line for each wrong day but those of coverage, which is worked out anew."""
    found = [day for day in wrong_days() if day.table != DERIVED]
    dated = {(row.table, row.id): row for row in _mended_rows(found, given)}
    days = _days_of_work([day for day in found if (day.table, day.id) not in dated or day.column == "closed_on"], given)
    mends = []
    for day in found:
        row = dated.get((day.table, day.id))
        if row is None or day.column == "closed_on":
            mends.append(Mend(day, days.get(day)))
        else:
            mends.append(Mend(day, getattr(row, day.column), row.goes))
    return mends


def mend_days(mends: Collection[Mend]) -> None:
    """As planned: one operation, under the tree's lock. Raises IntegrityError where days that were given overlap."""
    changed = [mend for mend in mends if mend.becomes]
    with tree_change(kinds.REPAIR, None, days=len(changed)) as change:
        change.replaced += [dict(row) for row in _as_they_were(changed)]
        _write(changed)
        repair_placements()
        rebuild(None)
        mend_folders()


# ---- days of what lasts ----------------------------------------------------------------------------------------------


def _mended_rows(found: Iterable[WrongDay], given: Given) -> Iterator[_Row]:
    """Every row with a wrong `since` or `until`, with its new days."""
    ids: dict[str, set[int]] = defaultdict(set)
    for day in found:
        if day.column in {"since", "until"}:
            ids[day.table].add(day.id)
    for table, wrong in ids.items():
        by_key: dict[int, list[_Row]] = defaultdict(list)
        for row in _rows_of(table, wrong):
            by_key[row.of].append(_within_reach(row, given))
        for rows in by_key.values():
            yield from _without_overlaps(rows)


def _rows_of(table: str, ids: Collection[int]) -> Iterator[_Row]:
    """In the order of their days."""
    of, where = _HISTORIES.get(table, ("id", "id"))
    rows = execute(
        f"SELECT id, {of}, {where}, CAST(since AS text), CAST(until AS text) FROM {table} "
        "WHERE id IN ids(%(ids)s) ORDER BY since",
        ids=ids,
    )
    for pk, key, place, since, until in rows:
        yield _Row(table, pk, key, place, since=_day(since), until=_day(until))


def _within_reach(row: _Row, given: Given) -> _Row:
    since, until = given.get(str(row.since), row.since), given.get(str(row.until), row.until)
    if since < FIRST_DAY:
        since = ALWAYS
    if until > END_OF_DAYS:
        until = FOREVER
    return replace(row, since=min(since, _LAST_DAY), until=max(until, FIRST_DAY))


def _without_overlaps(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Of those that would hold always or for ever at once, all held on no day but the last of the first, or the first
    of the last.
    """
    kept: list[_Row] = []
    for row in rows:
        if kept and row.since == ALWAYS:
            yield from (replace(other, goes=True) for other in kept)
            kept = [row]
        elif kept and kept[-1].until == FOREVER:
            yield replace(row, goes=True)
        else:
            kept.append(row)
    yield from kept


# ---- days of work ----------------------------------------------------------------------------------------------------


def _days_of_work(found: Iterable[WrongDay], given: Given) -> dict[WrongDay, date]:
    today = timezone.localdate()
    meant = {day: new for day in found if (new := given.get(day.value) or _plainly_meant(day, today))}
    for day in [day for day in meant if day.table == "workorders_servicerequest"]:
        if _out_of_order(day.id, meant):
            del meant[day]
    return meant


def _plainly_meant(day: WrongDay, today: date) -> date | None:
    """A year of two digits, or one whose first digit is wrong."""
    typed = _day(day.value)
    if 100 <= typed.year < 1000 or typed.year >= 1100:
        return None
    year = 2000 + typed.year % 100
    latest = last_day(today) if day.column in _LATER_ALLOWED else today
    try:
        meant = typed.replace(year=year)
    except ValueError:  # 29 February
        return None
    return meant if meant <= latest else None


def _out_of_order(request: int, meant: Mapping[WrongDay, date]) -> bool:
    """Whether the request would be done before it was received."""
    [(received, done)] = execute(
        "SELECT CAST(received_on AS text), CAST(done_on AS text) FROM workorders_servicerequest WHERE id = %(pk)s",
        pk=request,
    )
    new = {day.column: value for day, value in meant.items() if day.id == request and day.table.endswith("request")}
    return done is not None and new.get("done_on", _day(done)) < new.get("received_on", _day(received))


# ---- written ---------------------------------------------------------------------------------------------------------


def _as_they_were(mends: Iterable[Mend]) -> Iterator[dict[str, object]]:
    """For the log: tables, ids and days."""
    rows: dict[tuple[str, int], dict[str, object]] = {}
    for mend in mends:
        day = mend.day
        rows.setdefault((day.table, day.id), {"table": day.table, "id": day.id})[day.column] = day.value
    for (table, pk), row in rows.items():
        if table in _HISTORIES:
            (of, where), [whole] = _HISTORIES[table], _rows_of(table, [pk])
            row |= {of: whole.of, where: whole.where, "since": whole.since, "until": whole.until}
        yield row


def _write(mends: Collection[Mend]) -> None:
    gone = {(mend.day.table, mend.day.id) for mend in mends if mend.goes}
    for table, pk in gone:
        if table == "customers_attachment":  # coverage refers to it until it is worked out anew
            execute(f"DELETE FROM {DERIVED} WHERE attachment_id = %(pk)s", pk=pk)
        execute(f"DELETE FROM {table} WHERE id = %(pk)s", pk=pk)
    rows: dict[tuple[str, int], dict[str, date]] = defaultdict(dict)
    for mend in mends:
        if mend.becomes and not mend.goes:
            rows[mend.day.table, mend.day.id][mend.day.column] = mend.becomes
    for number, ((table, pk), days) in enumerate(rows.items()):
        if {"since", "until"} & set(days):
            [row] = _rows_of(table, [pk])
            days |= {"since": days.get("since", row.since), "until": days.get("until", row.until)}
            parked = _PARKED + timedelta(days=2 * number)
            _update(table, pk, {"since": parked, "until": parked + timedelta(days=1)})
    for (table, pk), days in rows.items():
        _update(table, pk, days)


def _update(table: str, pk: int, days: Mapping[str, date]) -> None:
    named = ", ".join(f"{column} = %({column})s::date" for column in days)
    execute(f"UPDATE {table} SET {named} WHERE id = %(pk)s", pk=pk, **days)


def _day(text: str) -> date:
    """PostgreSQL has days beyond those of Python: they are the first or the last."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min if text.startswith("-") or text.endswith("BC") else date.max
