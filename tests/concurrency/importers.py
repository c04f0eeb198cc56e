"""Eight people at once press *Import*, each with a file of their own; neighbours' files share a business ID.

Run by test_imports_at_once.py as `python -m tests.concurrency.importers ROUNDS` with DATABASE_URL naming a migrated,
empty database of its own. Everybody has looked at the preview before anybody presses. Prints one line of JSON: how many
won in each round, and what is wrong.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections import Counter
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from accounts.models import User  # noqa: E402
from customers.models import Customer  # noqa: E402
from customers.sql.rebuild import differences  # noqa: E402
from folders.models import Operation  # noqa: E402
from sheets.models import Upload  # noqa: E402
from tests import factories  # noqa: E402
from tests.conftest import signed_in  # noqa: E402
from tests.customers.importing import Page  # noqa: E402
from tests.sheets.books import book  # noqa: E402

FORK = multiprocessing.get_context("fork")
PEOPLE = 8
FILLER = 40  # rows of each file that nobody else has
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def business_ids(first: int, amount: int) -> list[str]:
    """So many that are valid, from a number of seven digits on."""
    found: list[str] = []
    while len(found) < amount:
        left = sum(int(digit) * weight for digit, weight in zip(f"{first:07}", WEIGHTS, strict=True)) % 11
        if left != 1:
            found.append(f"{first:07}-{11 - left if left else 0}")
        first += 1
    return found


def files(round_: int) -> list[list[str]]:
    """The business IDs of each file, by row: one's own, the one shared with the neighbour on either side, fillers."""
    ids = business_ids(1_000_000 + round_ * 10_000, PEOPLE * (2 + FILLER))
    own, shared, rest = ids[:PEOPLE], ids[PEOPLE : 2 * PEOPLE], ids[2 * PEOPLE :]
    return [[own[n], shared[n], *rest[n * FILLER : (n + 1) * FILLER], shared[(n + 1) % PEOPLE]] for n in range(PEOPLE)]


def press(number: int, user: User, target: str, seen: str, together: Any, results: Any) -> None:
    client = signed_in(user)
    client.raise_request_exception = False
    together.wait()
    answer = client.post(target, {"seen": seen})
    wrong = answer.context["upload"].rows.filter(outcome="error") if answer.status_code == 422 else []
    results.put((number, answer.status_code, [row.number for row in wrong]))
    connections.close_all()


def round_of(number: int, user: User) -> tuple[int, list[str]]:
    """How many won, and what is wrong."""
    wanted, pressed = files(number), []
    for each, ids in enumerate(wanted):
        rows = [[f"{number}/{each}/{row} Oy", business_id] for row, business_id in enumerate(ids)]
        answer = Page(signed_in(user)).send(book(["Nimi", "Y-tunnus"], *rows))
        pressed.append((answer.redirect_chain[-1][0], answer.context["seen"]))
    connections.close_all()
    together, results = FORK.Barrier(PEOPLE), FORK.Queue()
    people = [
        FORK.Process(target=press, args=(each, user, *pressed[each], together, results)) for each in range(PEOPLE)
    ]
    for person in people:
        person.start()
    told = sorted(results.get(timeout=120) for _person in people)
    for person in people:
        person.join()
    return judged(number, wanted, told)


def judged(number: int, wanted: list[list[str]], told: list[tuple[int, int, list[int]]]) -> tuple[int, list[str]]:
    won = [each for each, status, _rows in told if status == 302]
    kept = Counter(Customer.objects.filter(name__startswith=f"{number}/").values_list("business_id", flat=True))
    wrong = [f"{business_id} stands {times} times" for business_id, times in kept.items() if times > 1]
    if set(kept) != {business_id for each in won for business_id in wanted[each]}:
        wrong.append("what stands is not what the winners had in their files")
    for each, status, rows in told:
        taken = {row for row, business_id in enumerate(wanted[each], 2) if business_id in kept}  # some of them later
        if each not in won and (status != 422 or not rows or not taken.issuperset(rows)):
            wrong.append(f"the loser {each} reads {status}, {rows}; taken are the rows {taken}")
    if not won:
        wrong.append("nobody won")
    return len(won), wrong


def main(rounds: int) -> None:
    setup_test_environment()  # so that answers tell what their pages were made of
    factories.folder()  # from the first change on there is a row to lock
    user = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
    told = [round_of(number, user) for number in range(rounds)]
    won = [winners for winners, _wrong in told]
    wrong = [each for _winners, found in told for each in found]
    imports = Operation.objects.filter(kind="import_customers").count()
    if not imports == sum(won) == Upload.objects.filter(state="imported").count():
        wrong.append("not each winner has one row in the log and one import that is kept")
    if differences():
        wrong.append("coverage")
    print(json.dumps({"won": won, "wrong": wrong}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
