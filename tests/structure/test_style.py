"""Sizes that stay readable, and habits that we do without."""

import ast

from tests.structure.sources import ROOT, all_files, nodes, product_files, where

LONGEST_MODULE = 500  # lines
LONGEST_FUNCTION = 80  # lines
VAGUE_NAMES = {"common", "helpers", "misc", "services", "signals", "utils"}


def test_no_module_is_too_long_to_read() -> None:
    lengths = {where(path, 1): len(path.read_text().splitlines()) for path in all_files()}
    assert {place: length for place, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long_to_read() -> None:
    too_long = [
        f"{where(path, node.lineno)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in all_files()
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_modules_are_named_for_their_subject() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in product_files() if VAGUE_NAMES & {path.stem, path.parent.name}
    ] == []


def test_nothing_happens_in_save_or_delete() -> None:
    overridden = [
        f"{where(path, node.lineno)} {node.name}"
        for path in product_files()
        if "models" in {path.stem, path.parent.name}
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    assert overridden == []


def test_no_signal_is_received() -> None:
    receiving = [
        where(path, node.lineno)
        for path in product_files()
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("dispatch", "signals"))
    ]
    assert receiving == []
