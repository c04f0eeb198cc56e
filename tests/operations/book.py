"""docs/operations.md and the files of deploy/, read for the tests."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.structure.sources import ROOT

BOOK = ROOT / "docs/operations.md"
DEPLOY = ROOT / "deploy"


class Block(NamedTuple):
    marks: set[str]  # “run”: needs no root; “serve”: goes on until it is stopped
    text: str


def blocks() -> list[Block]:
    found = re.findall(r"(?ms)^```sh([^\n]*)\n(.*?)^```$", BOOK.read_text())
    return [Block(set(marks.split()), text) for marks, text in found]


def unit(name: str) -> dict[str, list[str]]:
    """A unit's keys with each of their values; sections do not matter here."""
    keys: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            keys.setdefault(key, []).append(value)
    return keys
