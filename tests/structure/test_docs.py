"""What the documents name of the code is there: paths, modules and what stands in them, links to other documents."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from .sources import APPS, ROOT, product_files

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "benchmarks" / "README.md"]
FOLDERS = (*APPS, "benchmarks", "docs", "locale", "templates", "tests", "tools")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*")
DOTTED = re.compile(rf"(?:{'|'.join((*APPS, 'benchmarks', 'tests', 'tools'))})(?:\.\w+)+")
SHORT = re.compile(r"[a-z_]+\.(?!py\b|md\b|html\b|toml\b|po\b|sh\b|txt\b|sqlite3\b|service\b|json\b)[A-Za-z_]\w+")
MADE = ("locale/",)  # compiled catalogues come with the set-up


def named_in(document: Path) -> set[str]:
    return {code.strip() for code in CODE.findall(document.read_text())}


def missing(name: str) -> bool:
    if PATH.fullmatch(name):
        return not (name.startswith(MADE) or (ROOT / name).exists())
    if DOTTED.fullmatch(name):
        return not (is_label(name) or resolves(name.split(".")))
    module, _dot, rest = name.partition(".")
    return (
        bool(SHORT.fullmatch(name)) and module in modules() and not any(rest in names_of(p) for p in modules()[module])
    )


@cache
def modules() -> dict[str, list[Path]]:
    """Our modules by the last part of their names, as a sentence about one app calls them."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in product_files():
        found[path.stem].append(path)
    return found


def is_label(name: str) -> bool:
    """Whether it is a model by its app, as Django names it, a right, or a logger."""
    app, _dot, rest = name.partition(".")
    return rest.split("_")[0] in {"view", "add", "change", "delete", "login"} or resolves([app, "models", rest])


@cache
def names_of(module: Path) -> frozenset[str]:
    """What a module or a class of it defines or imports: `name`, and `Class.name`."""
    tree = ast.parse(module.read_text())
    found = {alias.asname or alias.name for node in ast.walk(tree) for alias in aliases(node)}
    return frozenset(found | defined(tree.body, ""))


def aliases(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, ast.Import | ast.ImportFrom) else []


def defined(body: list[ast.stmt], prefix: str) -> set[str]:
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.ClassDef):
            found |= {prefix + node.name} | defined(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            found.add(prefix + node.name)
        elif isinstance(node, ast.TypeAlias):
            found.add(prefix + node.name.id)
        else:
            stored = (name for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store))
            found |= {prefix + name.id for name in stored}
    return found


def resolves(parts: list[str]) -> bool:
    """Whether a dotted name is a package, a module, or what stands in one."""
    path = ROOT
    for number, part in enumerate(parts):
        if (path / part).is_dir():
            path /= part
            continue
        rest = parts[number:]
        module = path / f"{part}.py"
        if module.is_file():
            return len(rest) == 1 or ".".join(rest[1:]) in names_of(module)
        package = path / "__init__.py"
        return package.is_file() and ".".join(rest) in names_of(package)
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(document: Path) -> None:
    assert sorted(filter(missing, named_in(document))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_a_name_that_is_not_there_is_found() -> None:
    assert missing("folders.tree.no_such_function")
    assert missing("folders/no_such_file.py")
    assert missing("folders.no_such_module")
    assert missing("keeping.no_such_function")
    assert not missing("folders.sql.paths.paths")
