"""The README, the Makefile and the checks before a change is taken in speak of the same commands."""

import re

from tests.structure.sources import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))
CI = (ROOT / ".ci/run").read_text()
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))


def test_the_readme_names_only_commands_that_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert named - TARGETS == set()
    assert {"demo", "test"} - named == set()


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100


def test_ci_runs_each_check_that_a_person_runs_with_make_check() -> None:
    checks = re.search(r"(?m)^check: (.*?) ##", MAKEFILE)
    steps = re.search(r"for step in (.*); do", CI)
    assert checks is not None
    assert steps is not None
    assert steps[1].split() == [*checks[1].split(), "test", "test-long"]


def test_every_requirement_is_pinned_by_hash_and_no_file_records_where_it_came_from() -> None:
    assert [path.name for path in REQUIREMENTS] == [f"requirements{of}.txt" for of in ("-bench", "-dev", "-uv", "")]
    for path in REQUIREMENTS:
        text = path.read_text()
        packages = re.findall(r"(?m)^[a-z0-9].*==\S+.*", text)
        assert [line for line in packages if not line.endswith("\\")] == []
        assert re.findall(r"https?://|--index-url|--find-links", text) == []
