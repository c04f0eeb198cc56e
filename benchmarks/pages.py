"""How long the lists take on a database of any size: `DATABASE_URL=… python -m benchmarks.pages [--only tasks]`.

Opens every list with every filter and every order on offer, on its first and its last page, for values that are dense
and rare in that database (found here: nothing is configured), the searches, and the widest branch of the tree. Each
page is asked for in this process, through Django's own test client, by a user who may see everything;
the session of that user is the only thing written.

Of each list the slowest page is told, and every page over LIMIT milliseconds: least milliseconds of a whole answer by
the clock, of the processor (this process's and its database's server's), of the clock in the database, number of
queries, address. `--only` tells every page. A line over LIMIT is marked: `!!` by the processor too, `!` by the clock
alone, which on a busy machine says little. `--plans` prints the slowest statement of these.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.timing import figure, heading, office, set_up, told

set_up()

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from customers.models import Contact, Coverage, Customer
from folders.models import Folder, Spot
from workorders.models import ServiceRequest, Task, WorkOrder

LIMIT = 100
PAGES = ("1", "-1")
STATES = ("unfinished", "overdue", *Task.State.values, "all")


@dataclass(frozen=True)
class Taken:
    address: str
    status: int
    whole: float  # milliseconds, as the next two
    processor: float
    database: float
    queries: int
    slowest: str

    def __str__(self) -> str:
        mark = "!!" if self.processor > LIMIT else "! " if self.whole > LIMIT else "  "
        status = "" if self.status == 200 else f"  ({self.status})"
        times = f"{self.whole:8.0f}{self.processor:8.0f}{self.database:8.0f}"
        return f"{mark}{times}{self.queries:5d}  {self.address}{status}"


def processor() -> float:
    """Seconds that this process and the server's for its connection have run; a server elsewhere counts as nothing."""
    ran = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        of_server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        if of_server.exists():
            ran += int(of_server.read_text().split()[0]) / 1e9
    return ran


def dense_and_rare(rows: Any, column: str) -> list[Any]:
    """The most and the least common value of a column."""
    found = list(rows.order_by().exclude(**{column: None}).values_list(column).annotate(n=Count("pk")).order_by("-n"))
    return [found[0][0], found[-1][0]] if len(found) > 1 else [value for value, _number in found]


def words(rows: Any) -> list[str]:
    """A common word of the names, the whole name of one row, what no name has, two letters, one letter."""
    sample = [key for key in rows.order_by("pk").values_list("search_key", flat=True)[:2000] if key]
    common = max(split := [word for key in sample for word in key.split()], key=split.count, default="as")
    return [common, sample[-1] if sample else "as oy 1", "qzxqzx", common[:2], "q"]


def widest() -> list[int]:
    """The folder with the most children, the largest at the top of the tree, one with nothing below."""
    by_children = Folder.objects.exclude(parent=None).values_list("parent").annotate(n=Count("pk")).order_by("-n")
    tops = Folder.objects.filter(parent=None).annotate(n=Count("children")).order_by("-n").values_list("pk", flat=True)
    leaf = Folder.objects.filter(children=None).order_by("-pk").values_list("pk", flat=True)
    return [*[pk for pk, _number in by_children[:1]], *tops[:1], *leaf[:1]]


def collectors() -> list[int]:
    """The customers that collect the most folders and the fewest."""
    today = timezone.localdate()
    rows = Coverage.objects.on(today).order_by().values_list("customer").annotate(n=Count("folder")).order_by("-n")
    found = [pk for pk, _number in rows]
    return [*found[:1], *found[len(found) // 50 : len(found) // 50 + 1], *found[-1:]]


def tasks() -> Iterator[str]:
    for state in STATES:
        orders = ("done", "-done", *[f"{sign}minutes" for sign in ("", "-")]) if state == "done" else ("due", "-due")
        yield from (f"/tasks/?state={state}&o={order}" for order in orders)
        yield from (f"/tasks/?state={state}&{narrow}" for narrow in narrowings("tasks"))
    for pk in widest():
        yield from (f"/folders/{pk}/tasks/?state={state}" for state in STATES)
    for pk in collectors():
        yield from (f"/customers/{pk}/tasks/?state={state}" for state in STATES)
        yield from (f"/customers/{pk}/tasks/?state={s}&whose={w}" for s in STATES for w in ("owned", "others"))


def requests() -> Iterator[str]:
    for state in ("unfinished", *ServiceRequest.State.values, "all"):
        orders = ("received", "-received", "done", "-done")
        yield from (f"/requests/?state={state}&o={order}" for order in orders)
        yield from (f"/requests/?state={state}&{narrow}" for narrow in narrowings("requests"))
    for state in ("unfinished", "done", "all"):
        yield from (f"/folders/{pk}/requests/?state={state}" for pk in widest())
        yield from (f"/customers/{pk}/requests/?state={state}" for pk in collectors())


def narrowings(of: str) -> list[str]:
    """Each filter of a list of work alone, with a dense and a rare value."""
    rows: Any = Task.objects if of == "tasks" else ServiceRequest.objects
    spots = [rows.exclude(spot=None).values_list("spot", flat=True).first()]
    day = timezone.localdate()
    found = [f"role={pk}" for pk in dense_and_rare(rows, "role")]
    found += [f"folder={pk}" for pk in widest()]
    found += [f"customer={pk}" for pk in collectors()]
    found += [f"spot={pk}" for pk in spots if pk]
    found += [f"q={word}" for word in words(rows)]
    found += ["whose=unowned", f"from={day.replace(day=1)}&to={day}", f"to={day.replace(year=day.year - 2)}"]
    if of == "tasks":
        found += [f"work_order={pk}" for pk in dense_and_rare(rows, "work_order")]
    else:
        found += ["role=none", *[f"kind={pk}" for pk in dense_and_rare(rows, "kind")]]
    return found


def work_orders() -> Iterator[str]:
    customers = dense_and_rare(WorkOrder.objects, "customer")
    for state in ("open", "closed", "all"):
        narrowed = ["o=number", "o=-number", *[f"q={word}" for word in words(WorkOrder.objects)], "q=2025-1"]
        yield from (f"/work-orders/?state={state}&{narrow}" for narrow in narrowed)
        yield from (f"/work-orders/?state={state}&customer={pk}" for pk in customers)
    yield from (f"/work-orders/{pk}/?" for pk in dense_and_rare(Task.objects, "work_order"))


def spots() -> Iterator[str]:
    narrowed = ["", *[f"state={state}" for state in Spot.State], "state=faulty&state=removed"]
    narrowed += [f"folder={pk}" for pk in widest()] + [f"customer={pk}" for pk in collectors()]
    narrowed += [f"q={word}" for word in words(Spot.objects)]
    yield from (f"/spots/?{narrow}" for narrow in narrowed)
    yield from (f"/folders/{pk}/spots/?" for pk in widest())


def customers() -> Iterator[str]:
    narrowed = [f"type={of}" for of in dense_and_rare(Customer.objects, "customer_type")]
    narrowed += [f"city={city}" for city in dense_and_rare(Customer.objects.exclude(city=""), "city")]
    narrowed += ["type=company&type=person", *[f"folders={value}" for value in ("with", "without")]]
    narrowed += [f"work={value}" for value in ("unfinished", "overdue", "requests")]
    narrowed += [f"state={value}" for value in ("closed", "all")]
    narrowed += [f"q={word}" for word in (*words(Customer.objects), "1", "0112038")]
    orders = ["name", "type", "city", "business_id", "folders", "unfinished", "overdue", "requests", "done"]
    yield from (f"/customers/?o={sign}{order}" for order in orders for sign in ("", "-"))
    for order in ("name", "-type", "city"):
        yield from (f"/customers/?{narrow}&o={order}" for narrow in narrowed)
    yield from (f"/contacts/?q={word}" for word in ("", *words(Contact.objects)))


def searches() -> Iterator[str]:
    for word in dict.fromkeys([*words(Spot.objects), *words(Customer.objects), *words(Folder.objects), "malmi", "as"]):
        yield f"/search/?q={word}"
        yield f"/folders/?q={word}"
        for picker, name in (
            ("folders", "into"), ("spots", "spot"), ("customers", "customer"), ("work-orders", "order")
        ):  # fmt: skip
            yield f"/{picker}/choices/?name={name}&{name}_q={word}"


def tree() -> Iterator[str]:
    yield "/folders/?"
    for pk in widest():
        yield from (f"/folders/{pk}/?", f"/folders/{pk}/branch/?", f"/folders/{pk}/history/?")


LISTS = {
    "tasks": tasks,
    "requests": requests,
    "orders": work_orders,
    "spots": spots,
    "customers": customers,
    "search": searches,
    "tree": tree,
}
ONE_PAGE = ("/search/", "/choices/", "/history/")


def opened(client: Client, address: str) -> Taken:
    """One answer; how long its statements took, as Python waited for them."""
    log: list[tuple[float, str]] = []

    def watched(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            log.append((time.perf_counter() - began, f"{sql}\n    {params}"))

    with connection.execute_wrapper(watched):
        began, ran = time.perf_counter(), processor()
        status = client.get(address).status_code
        whole, ran = time.perf_counter() - began, processor() - ran
    database, slowest = sum(seconds for seconds, _sql in log), max(log, default=(0, ""))[1]
    return Taken(address, status, whole * 1000, ran * 1000, database * 1000, len(log), slowest)


def least(client: Client, address: str, times: int) -> Taken:
    """One that keeps to the limit is not opened again."""
    best = opened(client, address)
    for _ in range(times - 1):
        if best.whole > LIMIT:
            best = min(best, opened(client, address), key=lambda one: one.whole)
    return best


def addresses(of_list: str, holding: str) -> Iterator[str]:
    """Those of one list that hold a text, each with its first and its last page."""
    for address in dict.fromkeys(LISTS[of_list]()):
        pages = ("1",) if any(part in address for part in ONE_PAGE) else PAGES
        yield from (numbered for page in pages if holding in (numbered := f"{address}&page={page}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help=f"one list ({', '.join(LISTS)}), or a piece of the addresses")
    parser.add_argument("--times", type=int, default=3, help="how often a page over the limit is opened")
    parser.add_argument("--plans", action="store_true", help="print the slowest statement of each page over the limit")
    asked = parser.parse_args()
    client = Client()
    client.force_login(office())
    heading("Lists, searches and the tree")
    lists, holding = ([asked.only], "") if asked.only in LISTS else (list(LISTS), asked.only)
    for of_list in lists:
        taken = []
        for address in addresses(of_list, holding):
            best = least(client, address, asked.times)
            taken.append(best)
            if asked.only or best.whole > LIMIT:
                print(f"    {best}", flush=True)
            if asked.plans and best.whole > LIMIT:
                print(f"      {best.slowest}", flush=True)
        if taken:
            summary(of_list, taken)


def summary(of_list: str, taken: list[Taken]) -> None:
    slowest = max(taken, key=lambda one: one.whole)
    over = sum(1 for one in taken if one.whole > LIMIT)
    beside = f"{len(taken)} pages, {over} over the limit"
    told(f"{of_list}: the slowest page", slowest.whole / 1000, LIMIT / 1000, beside)
    told(f"{of_list}: half of the pages stay within", sorted(one.whole for one in taken)[len(taken) // 2] / 1000)
    wrong = [one.address for one in taken if one.status != 200]
    if wrong:
        figure(f"{of_list}: pages not answered with 200", len(wrong), "pages", most=0, beside=wrong[0])


if __name__ == "__main__":
    main()
