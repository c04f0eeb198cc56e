"""Random trees: out and in again nothing changes, and of random edits just those come; and random lists in three forms
make the tree that they are drawn from.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from customers.importing_folders.save import save
from customers.importing_folders.spec import FOLDERS
from customers.sql.rebuild import differences
from folders.exporting import exported_folders
from folders.importing_folders.columns import DEEPEST
from folders.importing_folders.pasted import workbook_of
from folders.importing_folders.plan import folded_path
from folders.models import Folder, Placement
from folders.sql.paths import paths
from folders.sql.placements import inconsistent_placements
from sheets.limits import Limits
from sheets.tables import read_table
from tests import factories
from tests.customers.test_import_random import TEXT
from tests.sheets.books import book, escaped, saved_book

pytestmark = pytest.mark.once


PAYLOADS = ["=1+1", "@SUM(A1)", "_x0041_", "<&>", "'a", "1.2", "007", "Esimerkki", "a/b", "/", "A-talo", "a-TALO", "ÄÄ"]
NAME = st.one_of(TEXT.map(lambda text: " ".join(text.split())), st.sampled_from(PAYLOADS)).filter(
    lambda name: bool(name) and ";" not in name and " / " not in f" {name} "
)
PLAIN = st.text("abåÄö1", min_size=1, max_size=3)  # of which a list can be written without a mark being mistaken
DESCRIPTION = st.one_of(st.just(""), st.lists(TEXT, min_size=1, max_size=2).map("\n".join), st.sampled_from(PAYLOADS))

drawn_trees = st.lists(st.tuples(st.integers(0, 5), NAME, DESCRIPTION), min_size=1, max_size=6)
edits = st.lists(
    st.tuples(st.integers(0, 5), st.one_of(st.tuples(st.just(1), NAME), st.tuples(st.just(2), DESCRIPTION)))
)
drawn_paths = st.lists(st.lists(PLAIN, min_size=1, max_size=4).map(tuple), min_size=1, max_size=8)
many = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def everything() -> dict[int, tuple[str, str, int | None]]:
    found = Folder.objects.values_list("pk", "name", "description", "parent_id")
    return {pk: (name, description, parent) for pk, name, description, parent in found}


def table(content: bytes) -> Any:
    return read_table(content, FOLDERS.imported, Limits(), most_rows=50)


class RandomFolders(TestCase):
    @many
    @given(drawn_trees, edits)
    def test_of_an_exported_tree_just_the_edits_come(
        self, drawn: list[tuple[int, str, str]], edited: list[tuple[int, tuple[int, str]]]
    ) -> None:
        made: list[Folder] = []
        for number, (up, name, description) in enumerate(drawn):
            parent = made[up - 1] if 0 < up <= number else None
            made.append(factories.folder(name, parent, description=description))
        with translation.override("sv"):
            content, before = b"".join(exported_folders(Folder.objects.all())), everything()
            assert save(table(content), update=True, by=None).counts()["unchanged"] == len(drawn)
            assert everything() == before

            workbook = load_workbook(io.BytesIO(content))
            sheet = workbook.worksheets[0]
            for row, (what, value) in edited:
                if row >= len(drawn):
                    continue
                pk = int(str(sheet.cell(row + 2, 3).value))
                name, description, into = before[pk]
                if what == 1:
                    above = "".join(f"{name} / " for _id, name in paths([pk])[pk][:-1])  # as it is now
                    sheet.cell(row + 2, 1).value = escaped(above + value)
                    sheet.cell(row + 2, 1).data_type = "s"
                    before[pk] = value, description, into
                else:
                    sheet.cell(row + 2, 2).value = escaped(value) or None
                    if value:
                        sheet.cell(row + 2, 2).data_type = "s"
                    before[pk] = name, value, into
            save(table(saved_book(workbook)), update=True, by=None)
            assert everything() == before

    @many
    @given(drawn_paths, drawn_paths, st.sampled_from(["paths", "levels", "outline", "list"]))
    def test_a_list_in_any_form_makes_each_folder_once_and_no_other(
        self, there: list[tuple[str, ...]], drawn: list[tuple[str, ...]], form: str
    ) -> None:
        made: dict[tuple[str, ...], Folder] = {}
        for path in there:
            for end in range(1, len(path) + 1):
                key = folded_path(path[:end])
                if key not in made:
                    made[key] = factories.folder(path[end - 1], made.get(key[:-1]))
        rows = list({folded_path(path): path for path in drawn}.values())
        plan = save(table(self.written(rows, form)), update=False, by=None)
        wanted = set(made) | {folded_path(path[:end]) for path in rows for end in range(1, len(path) + 1)}
        found = [folded_path([name for _id, name in path]) for path in paths(list(everything())).values()]
        assert sorted(found) == sorted(wanted)
        assert plan.counts()["new"] + plan.counts()["along"] == len(wanted) - len(made)
        assert Placement.objects.count() == len(wanted)
        assert inconsistent_placements() == differences() == []

    def written(self, rows: list[tuple[str, ...]], form: str) -> bytes:
        if form == "paths":
            return book(["Kansio"], *([" / ".join(path)] for path in rows))
        if form == "list":
            return workbook_of(self.indented(rows))
        levels = [[*path, *([None] * (DEEPEST - len(path)))] for path in rows]
        if form == "outline":
            for number in range(len(levels) - 1, 0, -1):
                for place in range(len(rows[number]) - 1):
                    if levels[number][place] != levels[number - 1][place]:
                        break
                    levels[number][place] = None
        return book([f"Taso {number}" for number in range(1, DEEPEST + 1)], *levels)

    def indented(self, rows: list[tuple[str, ...]]) -> str:
        """Each path as a line for each of its names that the line above does not lie in."""
        lines: list[str] = []
        above: tuple[str, ...] = ()
        seen: set[tuple[str, ...]] = set()
        for path in sorted(rows):
            for end in range(1, len(path) + 1):
                if above[:end] != path[:end] and folded_path(path[:end]) not in seen:
                    lines.append("   " * (end - 1) + path[end - 1])
                    seen.add(folded_path(path[:end]))
                    above = path[:end]
        return "\n".join(lines)
