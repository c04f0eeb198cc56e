"""How the code reads, in figures: sizes, complexity, names that stand twice, docstrings, SQL, templates.

Code is every package of the project but tests, benchmarks and tools, without migrations. Complexity counts if, for,
while, ternary, except and case, each comprehension with its ifs, and each further operand of and/or: a line that is
hard to read counts as much as the same in several.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).resolve().parent.parent
ASIDE = {"tests", "benchmarks", "migrations", "tools"}
LONG_LINE = 160  # characters of a template
# Names that a Django project has in each of its apps, and the five rooms of an import.
CONVENTIONAL = {"__init__", "admin", "apps", "models", "views", "urls", "forms", "filters", "querysets"} | {
    "columns",
    "plan",
    "matching",
    "save",
    "spec",
}
SQL = re.compile(r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE \w+ SET|WITH RECURSIVE)\b")
BRANCHES = (ast.If, ast.For, ast.While, ast.IfExp, ast.ExceptHandler, ast.match_case)


@dataclass(frozen=True)
class Function:
    name: str  # path:name
    lines: int
    complexity: int


@dataclass(frozen=True)
class Module:
    path: Path  # from the project's folder
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def name(self) -> str:
        """Dotted."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield Function(f"{self.path}:{node.name}", lines, complexity(node))

    def types(self) -> set[str]:
        """Names of its classes and of its type aliases."""
        names = {node.name for node in self.tree.body if isinstance(node, ast.ClassDef)}
        return names | {node.name.id for node in self.tree.body if isinstance(node, ast.TypeAlias)}

    def imports(self) -> set[tuple[str, str]]:
        """(module, name) of what it takes from others."""
        froms = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom))
        return {(node.module or "", alias.name) for node in froms for alias in node.names}

    def undocumented(self) -> set[str]:
        """Its public functions and classes without a docstring."""
        definitions = (node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
        return {node.name for node in definitions if not node.name.startswith("_") and not ast.get_docstring(node)}

    @property
    def holds_sql(self) -> bool:
        docstring = ast.get_docstring(self.tree, clean=False)
        constants = (node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant))
        return any(isinstance(text, str) and text != docstring and SQL.search(text) for text in constants)


def complexity(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """1 and what its body branches; functions inside count as part of it."""
    return 1 + sum(map(_branches, (node for child in function.body for node in ast.walk(child))))


def _branches(node: ast.AST) -> int:
    if isinstance(node, BRANCHES):
        return 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0


def _packages() -> list[Path]:
    return sorted(init.parent for init in ROOT.glob("*/__init__.py") if init.parent.name not in ASIDE)


def read_code() -> list[Module]:
    paths = (path.relative_to(ROOT) for package in _packages() for path in sorted(package.rglob("*.py")))
    modules = (Module(path, (ROOT / path).read_text()) for path in paths if not ASIDE & set(path.parts))
    return [module for module in modules if module.text.strip()]


def template_lines() -> list[str]:
    """The lines of all templates that are not empty."""
    folders = [ROOT / "templates", *_packages()]
    paths = (path for folder in folders for path in folder.rglob("*.html") if "vendor" not in path.parts)
    return [line for path in paths for line in path.read_text().splitlines() if line.strip()]


def _percentile(values: Iterable[int], part: float) -> int:
    in_order = sorted(values)
    return in_order[int(len(in_order) * part)]


def _repeated(names: Iterable[str]) -> str:
    """How many names stand several times, and the most frequent of them."""
    repeated = [(name, count) for name, count in Counter(names).most_common() if count > 1]
    return f"{len(repeated)}: {', '.join(f'{name} {count}' for name, count in repeated[:20])}"


def _describe_sizes(modules: list[Module], functions: list[Function]) -> Iterator[str]:
    largest = max(modules, key=lambda module: module.lines)
    sizes, lengths = [module.lines for module in modules], [function.lines for function in functions]
    yield f"modules: {len(modules)}, median {median(sizes):.0f}, p90 {_percentile(sizes, 0.9)}"
    yield f"  largest: {largest.lines} lines, {largest.path}"
    yield f"functions: {len(functions)}, median {median(lengths):.0f}, p90 {_percentile(lengths, 0.9)}"
    yield f"  longest: {max(lengths)} lines"


def _describe_density(modules: list[Module], functions: list[Function]) -> Iterator[str]:
    over_10 = 100 * sum(function.complexity > 10 for function in functions) / len(functions)
    over_12 = sorted(
        (function for function in functions if function.complexity > 12), key=lambda each: -each.complexity
    )
    code = [line.strip() for module in modules for line in module.text.splitlines() if line.strip()]
    density = median(function.complexity / function.lines for function in functions if function.lines >= 8)
    yield f"complexity over 10: {over_10:.1f} %; over 12: {len(over_12)}"
    yield from (f"  {function.complexity} {function.name}" for function in over_12)
    yield f"branches a line, functions of 8 lines and more: median {density:.2f}"
    yield f"characters in a line of code: mean {mean(map(len, code)):.1f}"


def _describe_names(modules: list[Module]) -> Iterator[str]:
    types = (name for module in modules for name in module.types() if name != "Command")
    stems = (module.path.stem for module in modules if not _is_conventional(module.path))
    imported = {each for module in modules for each in module.imports()}
    undocumented = [(module.name, name) for module in modules for name in module.undocumented()]
    with_sql = [str(module.path) for module in modules if module.holds_sql]
    yield f"class and type names in several files: {_repeated(types)}"
    yield f"unconventional module names in several places: {_repeated(stems)}"
    yield f"public names that another module imports, without a docstring: {len(imported.intersection(undocumented))}"
    yield f"modules that hold SQL: {len(with_sql)}: {', '.join(with_sql)}"


def _is_conventional(path: Path) -> bool:
    """Whether every app may have a module of this name."""
    return path.stem in CONVENTIONAL or "commands" in path.parts


def _describe_templates(lines: list[str]) -> Iterator[str]:
    widths = list(map(len, lines))
    over = sum(width > LONG_LINE for width in widths)
    yield f"templates: {len(widths)} lines, mean {mean(widths):.0f}, over {LONG_LINE}: {over}, longest {max(widths)}"


def main() -> None:
    modules = read_code()
    functions = [function for module in modules for function in module.functions()]
    for line in (
        *_describe_sizes(modules, functions),
        *_describe_density(modules, functions),
        *_describe_names(modules),
        *_describe_templates(template_lines()),
    ):
        print(line)


if __name__ == "__main__":
    main()
