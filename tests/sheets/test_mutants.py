"""Whole workbooks with a few bytes or parts changed: each is read, or refused in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.say import say
from tests.sheets.sending import ROOT, environment

__all__ = ["say"]

SECONDS, MEGABYTES = 4, 300


@pytest.mark.sqlite
@pytest.mark.long
@pytest.mark.parametrize("first", [0, 10_000])
def test_three_thousand_mutants_are_read_or_refused_in_one_sentence(first: int, say: Callable[[str], None]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.sheets.mutants", str(first), "3000"],
        cwd=ROOT,
        env=os.environ | environment(ROOT / "var" / "none.sqlite3"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *ways, figures = done.stdout.splitlines()
    ended = {sentence: int(times) for times, _space, sentence in (way.partition(" ") for way in ways)}
    longest, megabytes = map(float, figures.split())
    say(f"{ended['read']} read, {len(ended)} ways to end, at most {longest:.1f} s and {megabytes:.0f} MB")
    assert sum(ended.values()) == 3_000
    assert ended["read"] > 150
    assert longest <= SECONDS
    assert megabytes <= MEGABYTES
