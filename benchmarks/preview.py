"""How fast the preview of an import is: from the sent file to the first page, pages of 20,000 rows, a cell mended.

    DATABASE_URL=… .venv/bin/python -m benchmarks.preview

Through Django's test client, so that a time is that of the server alone; all of it is rolled back. Where rows have
folders, those are not there, so that each row has a problem.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.timing import heading, least, office, set_up, told

set_up()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from benchmarks.customers_sheet import write


def run() -> None:
    heading("Preview of an import")
    client = Client()
    client.force_login(office())
    right, wrong, long = _file(10_000, folders=False), _file(10_000, folders=True), _file(20_000, folders=True)
    with transaction.atomic():
        ways = {
            "10,000 rows: from the file to the first page": lambda: client.get(_sent(client, right)),
            "10,000 rows, each with a problem: the same": lambda: client.get(_sent(client, wrong)),
        }
        for name, seconds in least(ways, rounds=3).items():
            told(name, seconds, 3)
        place = _sent(client, long)
        pages = {
            "first": lambda: client.get(place),
            "last": lambda: client.get(place, {"page": 200}),
            "errors": lambda: client.get(place, {"show": "error"}),
            "list": lambda: client.get(place, {"show": "problems"}),
        }
        for name, seconds in least(pages).items():
            told(f"20,000 rows: page, {name}", seconds, 0.1)
        htmx = {"HX-Request": "true"}
        numbers = iter(range(2, 20_000))
        choices = {
            "a cell mended": lambda: {"mended": next(numbers), "cell-email": "laskut@example.com"},
            "a row left out": lambda: {"leave_out": next(numbers)},
        }
        for name, choice in choices.items():
            chosen = least({name: lambda choice=choice: client.post(f"{place}choose/", choice(), headers=htmx)})  # type: ignore[misc]
            told(f"20,000 rows: {name}, with the page after it", chosen[name], 0.3)
        transaction.set_rollback(True)


def _file(rows: int, *, folders: bool) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.xlsx"
        write(path, rows, folders=folders, shared=True)
        return path.read_bytes()


def _sent(client: Client, content: bytes) -> str:
    answer: Any = client.post("/customers/import/", {"file": SimpleUploadedFile("customers.xlsx", content)})
    if answer.status_code != 302:
        raise AssertionError(answer.context["form"].errors)
    return str(answer["Location"])


if __name__ == "__main__":
    run()
