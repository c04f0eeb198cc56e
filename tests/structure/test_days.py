"""The day comes from the clock once, in Helsinki's time: django.utils.timezone.localdate(). Ruff has the rest."""

import re

from tests.structure.sources import all_files, where

FORBIDDEN = {
    "the day of UTC": r"\bnow\(\)\.date\(\)",
    "the day of the machine's zone": r"\bdate\.today\(|\bdatetime\.(?:now|today)\(\)|\butcnow\(",
    "the day of the database server": r"\b(?:CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIMESTAMP)\b|\bNow\(\)",
}


def test_nobody_takes_the_day_from_another_clock() -> None:
    found = [
        f"{where(path, number)}: {what}"
        for path in all_files()
        if path.name != "test_days.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if re.search(pattern, line)
    ]
    assert found == []
