"""What benchmarks print is read again for the table and the chart, and their page names each script."""

from pathlib import Path

import pytest

from benchmarks import kept
from benchmarks.run import SCRIPTS
from benchmarks.timing import figure, ratio, told
from tests.structure.sources import ROOT


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "RESULTS", tmp_path)


def test_a_figure_is_read_as_it_was_told(results: None, capsys: pytest.CaptureFixture[str]) -> None:
    print("\nReports: PostgreSQL 15, Task 10,000")
    told("all customers, month", 1.2345, 2.5)
    told("moving a branch, which has a title longer than the room that titles have", 0.0123, beside="80 folders")
    ratio("month: by owner", 0.3, 0.1, 2.5)
    figure("rows beside the rival's", 9.5, "×", fewest=8)
    print("    !!     120     100   12  /tasks/?state=open&page=1")
    kept.write("postgresql", "1", capsys.readouterr().out)
    assert kept.figures("postgresql", "1") == {
        "all customers, month": (1234.5, "ms", "≤ 2,500 ms", False),
        "moving a branch, which has a title longer than the room that titles have": (12.3, "ms", "", False),
        "month: by owner": (3.0, "×", "≤ 2.5 ×", True),
        "rows beside the rival's": (9.5, "×", "≥ 8 ×", False),
    }


def test_the_table_has_what_has_a_limit_and_marks_what_missed_it(
    results: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for engine, most in (("postgresql", 2.5), ("sqlite", 3.5)):
        told("month: floor", 0.1)
        ratio("month: by owner", 0.3, 0.1, most)
        kept.write(engine, "100", capsys.readouterr().out)
    columns = (("postgresql", "1000", "large"), ("postgresql", "100", "small"), ("sqlite", "100", "small"))
    assert kept.table(columns).splitlines() == [
        "| figure | limit | PostgreSQL, large | PostgreSQL, small | SQLite, small |",
        "| --- | --- | ---: | ---: | ---: |",
        "| month: by owner | ≤ 2.5 × |  | **3.00 ×** | 3.00 × (≤ 3.5 ×) |",
    ]


def test_the_page_on_benchmarks_says_what_each_script_measures() -> None:
    page = (ROOT / "benchmarks/README.md").read_text()
    scripts = {"demo", "import_speed", *(script for of_engine in SCRIPTS.values() for script in of_engine)} - {"settle"}
    assert [script for script in sorted(scripts) if f"| `{script}` |" not in page] == []
