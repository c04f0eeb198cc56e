"""The figures that were kept: what the scripts printed, in benchmarks/results, read for the table and the chart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
RESULTS, PLANS, README = HERE / "results", HERE / "plans", HERE / "README.md"
ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
TABLES = (  # the columns of each: engine, what, heading
    (("postgresql", "1000", "10,000,000"), ("postgresql", "100", "1,000,000"), ("sqlite", "100", "1,000,000")),
    (("postgresql", "import", "import"), ("sqlite", "import", "import")),
)
BEGIN, END = "<!-- of benchmarks.kept -->\n", "<!-- end -->"
LINE = re.compile(  # as benchmarks.timing.figure writes it
    r"  (?P<title>\S.*?) {2,}(?P<value>[\d,.]+) (?P<unit>\S+)"
    r"(?:  (?P<limit>[≤≥] [\d,.]+ \S+))?(?P<missed>  MISSED)?(?:  \(.*\))?"
)


class Figure(NamedTuple):
    value: float
    unit: str
    limit: str  # "≤ 100 ms"; empty where there is none
    missed: bool

    def __str__(self) -> str:
        value = f"{self.value:,.2f}" if self.value < 10 else f"{self.value:,.0f}"
        return f"{value} {self.unit}"


def write(engine: str, what: str, text: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{engine}-{what}.txt").write_text(text)


def figures(engine: str, what: str) -> dict[str, Figure]:
    """By title; {} where nothing was kept."""
    file = RESULTS / f"{engine}-{what}.txt"
    lines = file.read_text().splitlines() if file.exists() else []
    return {
        found["title"]: Figure(
            float(found["value"].replace(",", "")), found["unit"], found["limit"] or "", bool(found["missed"])
        )
        for found in map(LINE.fullmatch, lines)
        if found
    }


def table(columns: tuple[tuple[str, str, str], ...]) -> str:
    """In Markdown: every figure that has a limit, what missed it in bold."""
    found = [figures(engine, what) for engine, what, _heading in columns]
    limits = {title: each.limit for kept in reversed(found) for title, each in kept.items() if each.limit}
    titles = [title for title in dict.fromkeys(title for kept in found for title in kept) if title in limits]
    headings = [f"{ENGINES[engine]}, {heading}" for engine, _what, heading in columns]
    rows = [["figure", "limit", *headings], ["---", "---", *["---:"] * len(columns)]]
    rows += [[title, limits[title], *(_cell(kept.get(title), limits[title]) for kept in found)] for title in titles]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(kept: Figure | None, limit: str) -> str:
    if kept is None:
        return ""
    text = f"**{kept}**" if kept.missed else str(kept)
    return text if kept.limit == limit else f"{text} ({kept.limit})"


def write_table() -> None:
    before, _begin, rest = README.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(before + BEGIN + "\n" + "\n".join(map(table, TABLES)) + "\n" + END + after)


if __name__ == "__main__":
    write_table()
