"""Our own source files, for the tests that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "customers", "folders", "reports", "sheets", "spotilla", "workorders")


def product_files() -> list[Path]:
    return sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if path.parent.name != "migrations")


def all_files() -> list[Path]:
    other = [path for folder in ("benchmarks", "tests", "tools") for path in (ROOT / folder).rglob("*.py")]
    return product_files() + sorted(other)


def templates() -> list[Path]:
    return sorted(
        [*(ROOT / "templates").rglob("*.html"), *(path for app in APPS for path in (ROOT / app).rglob("*.html"))]
    )


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))
