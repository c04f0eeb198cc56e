"""The preview of each given workbook, row by row: what it shows is what comes, or what the command says is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from customers.exporting import exported
from customers.models import Customer
from tests.customers.importing import Command, Page
from tests.marks import marks_of
from tests.sheets.books import ALL, cells

pytestmark = pytest.mark.django_db
SHOWN = 59  # characters of a longer cell
READ = {  # rows and those in error, of what is refused neither as a whole nor before it is read
    "corner_xfd.xlsx": (1, 0),
    "dim_small.xlsx": (1, 0),
    "kaavat.xlsx": (4, 1),
    "kaavat_ilman_virhetta.xlsx": (3, 0),
    "kansiot.xlsx": (2, 2),
    "last_row.xlsx": (1, 0),
    "numerot.xlsx": (3, 0),
    "perus.xlsx": (39, 0),
    "piilotetut_ja_yhdistetyt.xlsx": (4, 0),
    "sama_yhteyshenkilo.xlsx": (5, 0),
    "shuffled_en.xlsx": (3, 0),
    "table_with_absolute_paths.xlsx": (4, 0),
    "tyhjia_riveja.xlsx": (2, 0),
    "vain_nimi.xlsx": (3, 0),
    "virheet.xlsx": (10, 9),
}


def rows_of(client: Client, answer: Any) -> tuple[list[str], list[Any]]:
    """The headings, and every row of every page."""
    address, found = answer.redirect_chain[-1][0], []
    for number in range(1, answer.context["page"].paginator.num_pages + 1):
        page = client.get(address, {"page": number})
        found += page.context["rows"]
    return [column.heading for column in answer.context["columns"]], found


def plain(text: Any) -> str:
    return " ".join(str("" if text is None else text).split())


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=marks_of(path), id=path.name) for path in ALL],
)
def test_the_preview_shows_what_comes_or_what_is_wrong(office: User, tmp_path: Path, path: Path) -> None:
    office.language = "en"
    office.save()
    client = Client()
    client.force_login(office)
    page = Page(client)
    answer = page.send(path.read_bytes())
    assert (answer.status_code == 200) == (path.name in READ)
    if path.name not in READ:
        return  # which sentence says so, test_import_workbooks asks
    headings, rows = rows_of(client, answer)
    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))
    told = Command(tmp_path)(path.read_bytes(), options=("--ignore-unknown",))
    wrong = {row.number for row in rows if row.outcome == "error"}
    assert (len(rows), len(wrong)) == READ[path.name]
    if wrong:
        assert not told.saved
        assert wrong >= {row for row, *_ in told.problems}
        assert answer.context["counts"]["problems"] == told.total
        assert not Customer.objects.exists()
        return
    assert told.saved
    with translation.override("en"):
        came = cells(b"".join(exported(Customer.objects.all())))
    by_name = {row[0]: dict(zip(came[0], row, strict=True)) for row in came[1:]}
    assert len(rows) == len(by_name)
    for row in rows:
        shown = dict(zip(headings, (plain(cell.text) for cell in row.cells), strict=True))
        customer = next(each for name, each in by_name.items() if plain(name)[:SHOWN] == shown["Name"][:SHOWN])
        assert row.outcome == "new"
        for heading in shown.keys() & customer.keys():
            assert shown[heading][:SHOWN] == plain(customer[heading])[:SHOWN], (row.number, heading)
