"""Whose work is, is said once: elsewhere nobody names a rank, asks whether an order has a customer, or lists states.
And SQL text stands in one package an app.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.structure.sources import ROOT, nodes, product_files, templates, where
from workorders.models import ServiceRequest, Task

STATES = {*Task.State.values, *ServiceRequest.State.values}
STATE_NAMES = {*Task.State.names, *ServiceRequest.State.names}

RANK = re.compile(r"\brank\b")
RANK_SPOKEN_IN = {"workorders/management/commands/check_coverage.py"}  # names each wrong row, by its key

NO_PAYER = re.compile(r"\b(?:w|payer|orders?)\w*\.customer_id\s+IS\s+(?:NOT\s+)?NULL|\bpayer_id\s+IS\s+(?:NOT\s+)?NULL")
NO_PAYER_ASKED = re.compile(r"(?:order__)customer(?:_id)?(?:__isnull)?$")

STATES_IN_SQL = re.compile(r"\bIN\s*\(\s*'(?:" + "|".join(STATES) + r")'\s*,")

SQL = re.compile(
    r"\b(?:SELECT\s.+\sFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+(?:\s+AS\s+\w+)?\s+SET|WITH\s+RECURSIVE)\b",
    re.DOTALL,
)
SQL_ROOMS = ("folders/sql/", "customers/sql/", "workorders/sql/", "reports/rollup/")
BASE = "spotilla/"  # below all apps: each of its modules is about one thing of the database


def modules(*but: str) -> Iterator[tuple[str, Path]]:
    for path in product_files():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(but):
            yield name, path


@cache
def parsed(path: Path) -> list[ast.AST]:
    return list(nodes(path))


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, but for docstrings."""
    spoken = {id(node.value) for node in parsed(path) if isinstance(node, ast.Expr)}
    for node in parsed(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.lineno, node.value


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Names, attributes and keywords of a module with their lines."""
    for node in parsed(path):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.lineno, node.arg


def ranks(path: Path) -> list[str]:
    found = [(line, text) for line, text in texts(path) if RANK.search(text)]
    found += [(line, name) for line, name in names(path) if name == "rank" or name.startswith("rank__")]
    return [f"{where(path, line)}: {text.strip()[:60]}" for line, text in found]


def payers(path: Path) -> list[str]:
    found = [
        (line, text) for line, text in texts(path) if NO_PAYER.search(text) or text.endswith("order__customer__isnull")
    ]
    found += [(line, name) for line, name in names(path) if name.endswith("order__customer__isnull")]
    for node in parsed(path):
        if isinstance(node, ast.keyword) and node.arg and NO_PAYER_ASKED.search(node.arg) and is_none(node.value):
            found.append((node.value.lineno, node.arg))
    return [f"{where(path, line)}: {text.strip()[:60]}" for line, text in found]


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def listed_states(path: Path) -> list[str]:
    """Collections of two states or more, written out; and SQL that does so."""
    found = [line for line, text in texts(path) if STATES_IN_SQL.search(text)]
    for node in parsed(path):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and sum(map(is_state, node.elts)) > 1:
            found.append(node.lineno)  # noqa: PERF401  # a line says one thing
    return [where(path, line) for line in found]


def is_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return node.value in STATES
    return isinstance(node, ast.Attribute) and node.attr in STATE_NAMES and ast.unparse(node.value).endswith("State")


def statements(path: Path) -> list[str]:
    return [f"{where(path, line)}: {text.strip()[:60]}" for line, text in texts(path) if SQL.search(text)]


def test_customers_alone_know_what_a_rank_is() -> None:
    found = [each for name, path in modules("customers/") if name not in RANK_SPOKEN_IN for each in ranks(path)]
    assert found == []


def test_one_room_asks_whether_a_work_order_has_a_customer() -> None:
    assert [each for _name, path in modules("workorders/sql/owners.py") for each in payers(path)] == []


def test_states_are_listed_where_their_meaning_is_said() -> None:
    """A new state is one place, beside the constraints of the schema."""
    assert [
        each for _name, path in modules("workorders/states.py", "workorders/models/") for each in listed_states(path)
    ] == []


def test_templates_ask_what_a_state_means_and_list_none() -> None:
    listed = re.compile(r"state\)? (?:==|!=) ['\"]\w+['\"] (?:and|or) \S*state\b")
    found = [path.relative_to(ROOT).as_posix() for path in templates() if listed.search(path.read_text())]
    assert found == []


def test_sql_stands_in_one_package_an_app() -> None:
    assert [each for _name, path in modules(BASE, *SQL_ROOMS) for each in statements(path)] == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (ranks, "Coverage.objects.filter(rank=0)"),
        (ranks, "TEXT = 'c.rank = 0'"),
        (ranks, "row.rank"),
        (payers, "TEXT = 'WHERE w.customer_id IS NULL'"),
        (payers, "Task.objects.filter(work_order__customer__isnull=True)"),
        (payers, "Task.objects.filter(work_order__customer=None)"),
        (listed_states, "tasks.filter(state__in=['done', 'cancelled'])"),
        (listed_states, "CLOSED = {Task.State.DONE, Task.State.CANCELLED}"),
        (listed_states, "TEXT = \"WHERE state IN ('done', 'forwarded')\""),
        (statements, "TEXT = 'SELECT id FROM folders_folder'"),
    ],
)  # fmt: skip
def test_each_is_found(check: object, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "module.py"
    path.write_text(text)
    monkeypatch.setattr("tests.structure.sources.ROOT", tmp_path)
    assert callable(check)
    assert check(path)
