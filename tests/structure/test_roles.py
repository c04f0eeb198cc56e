"""A Group is never made but as a Role."""

import ast
from collections.abc import Iterator

from tests.structure.sources import all_files, where

MAKES = {"bulk_create", "create", "get_or_create", "update_or_create"}


def test_no_bare_group_is_made() -> None:
    assert [where(path, line) for path in all_files() for line in makings(ast.parse(path.read_text()))] == []


def makings(tree: ast.Module) -> Iterator[int]:
    """Lines with `Group(…)` or `Group.objects.create(…)` where Group is Django's."""
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "django.contrib.auth.models"
        and "Group" in {name.name for name in node.names}
        for node in ast.walk(tree)
    )
    made = {"Group", *(f"Group.objects.{verb}" for verb in MAKES)}
    for node in ast.walk(tree):
        if imported and isinstance(node, ast.Call) and ast.unparse(node.func) in made:
            yield node.lineno
