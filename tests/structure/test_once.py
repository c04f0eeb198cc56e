"""Every view that makes a row takes a form that is sent twice once (spotilla.once)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.structure.sources import product_files, where

MAKES = {"attach", "hand_over", "new_folder", "new_spot", "open_order", "record_request", "record_task"}
LATE = {"import_file"}  # works for long first: claims the key by itself


def views() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in product_files():
        if {"views", "pages"} & {path.stem, path.parent.name}:
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request":
                    yield path, node


def names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def is_once(view: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "once" for each in view.decorator_list)


def makes_a_row(view: ast.FunctionDef) -> bool:
    """By its right, or by what it calls."""
    rights = " ".join(ast.unparse(each) for each in view.decorator_list)
    body = ast.Module(view.body, [])
    return ".add_" in rights or bool(MAKES & names_in(body)) or ".objects.create(" in ast.unparse(body)


def test_a_view_that_makes_a_row_makes_it_once() -> None:
    found = [where(path, view.lineno) for path, view in views() if makes_a_row(view) and not is_once(view)]
    assert found == []


def test_such_a_view_says_what_it_has_made() -> None:
    found = [where(path, view.lineno) for path, view in views() if is_once(view) != ("made" in names_in(view))]
    assert found == []
    assert sum(is_once(view) for _path, view in views()) == 12


def test_what_works_for_long_claims_its_key_late() -> None:
    assert {view.name for _path, view in views() if "claim_late" in names_in(view)} == LATE
