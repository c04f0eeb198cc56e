"""Faults put into the product on purpose: a text of its source, and what stands there instead while the fault lasts."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from unittest import mock

from customers import ownership
from customers.querysets import CoverageQuerySet
from customers.sql import rebuild
from folders import tree
from reports.rollup import all_customers, figure_rows, one_customer
from workorders import places, querysets, recording
from workorders.sql import owners, previews


@dataclass(frozen=True)
class Fault:
    """`text` in the source of `where.name` (a function, or a piece of SQL) becomes `instead`."""

    what: str
    where: Any
    name: str
    text: str
    instead: str

    @contextmanager
    def put_in(self) -> Iterator[None]:
        right = getattr(self.where, self.name)
        with mock.patch.object(self.where, self.name, self.mutated(right)):
            yield

    def mutated(self, right: Any) -> Any:
        if isinstance(right, str):
            return self.written(right)
        assert isinstance(right, FunctionType)
        made: dict[str, Any] = {}
        exec(self.written(textwrap.dedent(inspect.getsource(right))), right.__globals__, made)  # noqa: S102
        return made[self.name]

    def written(self, source: str) -> str:
        assert self.text in source, f"The product is written otherwise now; write the fault anew: {self.what}"
        return source.replace(self.text, self.instead)


FAULTS = [
    Fault(
        "the day of a move counts to the old place",
        *(recording, "place_on"),
        "get(on(day), spot=spot)",
        "get(since__lt=day, until__gte=day, spot=spot)",
    ),
    Fault(
        "the day of a hand-over counts to the old customer",
        *(CoverageQuerySet, "covering"),
        "since__lte=value, until__gt=value",
        "since__lt=value, until__gte=value",
    ),
    Fault("the farthest customer owns", *(rebuild, "_MERGED"), "above, step) - 1", "above DESC, step DESC) - 1"),
    Fault(
        "what comes from above a branch goes before what is in it",
        *(rebuild, "_REACH"),
        "1 + c.rank",
        "c.rank - 1000",
    ),
    Fault(
        "what comes from far above a branch goes down less far in it",
        *(rebuild, "_REACH"),
        "WHERE w.step <",
        "WHERE w.above + w.step <",
    ),
    Fault(
        "a customer has what came into its folder also for the days before",
        *(rebuild, "_REACH"),
        "CASE WHEN w.since > p.since THEN w.since ELSE p.since END",
        "w.since",
    ),
    Fault("a customer above and below collects twice", *(rebuild, "_MERGED"), "WHERE nth = 1", "WHERE nth >= 1"),
    Fault(
        "only today's branch is worked out anew",
        *(rebuild, "_BRANCH"),
        "SELECT p.folder_id FROM branch w JOIN folders_placement p",
        "SELECT p.id FROM branch w JOIN folders_folder p",
    ),
    Fault("a folder that moved is not worked out anew", *(ownership, "move_folder"), "rebuild([folder.pk])", "pass"),
    Fault(
        "closing a customer leaves its attachments", *(ownership, "close_customer"), "filter(until__gt=day)", "none()"
    ),
    Fault(
        "a hand-over ignores when the attachment would have ended",
        *(ownership, "hand_over"),
        "day, until)",
        "day, FOREVER)",
    ),
    Fault("what lay after the days of a move is lost", *(tree, "clear_period"), "row.save(force_insert=True)", "pass"),
    Fault(
        "a cycle is looked for today only",
        *(ownership, "set_folder_placement"),
        "was_below(parent, folder, since, until)",
        "was_below(parent, folder, timezone.localdate(), FOREVER)",
    ),
    Fault(
        "unfinished work stays when its spot moves",
        *(places, "move_spot"),
        "closed | unfinished_tasks if today else closed",
        "closed",
    ),
    Fault(
        "cancelled work follows its spot",
        *(places, "move_spot"),
        "Q(state__in=Task.UNFINISHED)",
        'Q(state__in=[*Task.UNFINISHED, "cancelled"])',
    ),
    Fault(
        "the folder where a request was received follows its spot to today's",
        *(places, "move_spot"),
        "received_on__gte=since, received_on__lt=until",
        "received_on__gte=ALWAYS",
    ),
    Fault(
        "work recorded late is placed by today",
        *(recording, "_task_place"),
        "else place_on(spot, done_on)",
        "else spot.folder_id",
    ),
    Fault(
        "a request is received where its spot is today",
        *(recording, "_place_request"),
        "place_on(spot, request.received_on)",
        "spot.folder_id",
    ),
    Fault(
        "the folder goes before the work order",
        *(owners, "owner_of_task"),
        'Coalesce(F("work_order__customer_id"), nearest',
        'Coalesce(nearest, F("work_order__customer_id")',
    ),
    Fault(
        "reports let the folder's customer pay for a work order",
        *(figure_rows, "_OWNED"),
        "COALESCE(w.customer_id, n.customer_id)",
        "COALESCE(n.customer_id, w.customer_id)",
    ),
    Fault(
        "reports count twice what comes by folder and work order",
        *(all_customers, "_COLLECTED_BY_ORDER"),
        "WHERE c.folder_id IS NULL",
        "",
    ),
    Fault(
        "the sums of all take a folder that changed hands in the period for its first owner's",
        *(all_customers, "_RESTLESS"),
        "UNION SELECT folder_id, until",
        "UNION SELECT folder_id, {first}",
    ),
    Fault(
        "the sums of all look at the nearest alone to see where something changes",
        *(all_customers, "_RESTLESS"),
        "{collectors}",
        "c.rank < 1",
    ),
    Fault(
        "the sums of all count a paid work order's tasks for the folder's owner too",
        *(all_customers, "_TAKEN"),
        "FROM paid{n} t",
        "FROM paid{n} t WHERE 1 = 0",
    ),
    Fault("work that nobody owns is in no sum of all", *(all_customers, "NEAREST"), "LEFT JOIN", "JOIN"),
    Fault(
        "the sum of what is shared leaves out work orders of others",
        *(all_customers, "_SHARED_BY_ORDER"),
        "n.customer_id <> t.payer_id",
        "n.customer_id = t.payer_id",
    ),
    Fault(
        "a customer's report takes what others' work orders pay for as its own",
        *(one_customer, "_ADDED_UP"),
        "payer_id IS NULL AND nearest = 1",
        "nearest = 1",
    ),
    Fault(
        "the rows that nobody owns go on past the day on which the next owner begins",
        *(figure_rows, "_PARTLY"),
        "c.since > %(asked_first)s::date OR ",
        "",
    ),
    Fault(
        "what is said before an operation leaves out the days on which something new begins",
        *(previews, "_CHANGED"),
        "UNION SELECT folder_id, since FROM preview_after UNION",
        "UNION",
    ),
    Fault("due today is overdue", *(querysets.TaskQuerySet, "overdue"), "due_on__lt", "due_on__lte"),
    Fault("the period ends a day early", *(querysets.TaskQuerySet, "done_in"), "done_on__lte", "done_on__lt"),
]
