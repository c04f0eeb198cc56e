"""Customers out to Excel, 100,000 of them, beside openpyxl's write-only mode.

    DATABASE_URL=… .venv/bin/python -m benchmarks.exporting

The rival writes the same cells, read from the database beforehand and kept in memory: its time is without that. Told
are seconds of the clock, and by how much the export's own memory grows while it runs (anonymous pages: what SQLite maps
of its file is not ours; its cache is filled before). The customers are made in a transaction that is rolled back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import batched
from pathlib import Path

from benchmarks.timing import figure, heading, set_up, told

set_up()

from django.db import transaction
from openpyxl import Workbook

from benchmarks.customers_sheet import rows
from customers.exporting import COLUMNS, cells, exported
from customers.models import Customer
from sheets.importing.exporting import rows_of

AMOUNT = 100_000
BY_PLACE = {  # in a row of the sheet
    0: "name",
    3: "customer_number",
    4: "email",
    6: "street",
    8: "city",
    10: "billing_street",
    12: "billing_city",
    13: "einvoice_address",
    14: "einvoice_operator",
    15: "reference",
    16: "payment_term_days",
    21: "notes",
}


def made() -> None:
    """In the database, which may hold others: these have numbers that are nobody's."""
    given = ({name: row[place] for place, name in BY_PLACE.items()} for row in rows(AMOUNT, folders=False))
    customers = (Customer(**values | {"customer_number": f"M{values['customer_number']}"}) for values in given)
    for batch in batched(customers, 5_000, strict=False):
        Customer.objects.bulk_create(batch)


def export(watched: list[int] | None = None) -> None:
    for _piece in exported(Customer.objects.filter(customer_number__startswith="MA")):
        if watched is not None:
            watched[0] = max(watched[0], own_memory())


def own_memory() -> int:
    """Megabytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) // 1024


def rival(kept: Sequence[Sequence[object]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Asiakkaat")
    sheet.append([column.heading for column in COLUMNS])
    for row in kept:
        sheet.append(row)
    book.save(BytesIO())


def seconds(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def main() -> None:
    heading("Customers out to Excel")
    with transaction.atomic():
        made()
        export()
        before = [own_memory()]
        highest = [before[0]]
        export(highest)
        ours = min(seconds(export) for _ in range(2))
        pks = list(Customer.objects.filter(customer_number__startswith="MA").values_list("pk", flat=True))
        kept = [list(row) for row in rows_of(pks, cells, "fi")]
        theirs = seconds(lambda: rival(kept))
        transaction.set_rollback(True)
    told(f"exporting {AMOUNT:,} customers", ours)
    figure(
        "exporting, rows per second beside openpyxl's", theirs / ours, "×", fewest=3, beside=f"{theirs * 1000:,.0f} ms"
    )
    figure("exporting: growth of memory", highest[0] - before[0], "MB", most=30)


if __name__ == "__main__":
    main()
