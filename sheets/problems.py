"""What is wrong in a sheet: where, what, and what would be right."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sheets.values import CellError, FormattedNumber, LongText, Value

LISTED = 500  # problems that a page lists; the others are counted
LONGEST_VALUE = 80
MOST_CHARACTERS = 6_000_000  # of the problems that are kept
LONGEST_SENTENCE = 1_000  # it may name a path of folders, and a cell holds many


type Said = str | Callable[[], str]  # a sentence, or what makes it


def said(sentence: Said) -> str:
    """The sentence, made now if it was left for later."""
    return sentence if isinstance(sentence, str) else sentence()


type Fixes = Sequence[str] | Callable[[], Sequence[str]]  # texts that can be put into the cell as they are


class Wrong(Exception):
    """A value that cannot be taken: what is wrong, and what would be right, in the user's language; and the texts, if
    any, that the user may choose to have in the cell instead.

    All may be given as functions, which are called only for the problems that will be listed.
    """

    def __init__(self, text: Said, right: Said = "", fixes: Fixes = ()) -> None:
        super().__init__()
        self.text, self.right, self.fixes = text, right, fixes


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, and what would be right."""

    key: str  # of its column's description
    sheet: str
    row: int  # as Excel numbers it
    column: str  # its letters, "" when the file lacks the column
    heading: str
    value: str  # as it stands in the cell, cut to 80 characters
    text: str
    right: str
    fixes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many characters are kept of it."""
        return len(self.value) + len(self.text) + len(self.right) + sum(map(len, self.fixes))


@dataclass
class Problems:
    """The first `most` by row, fewer when they are very long, and how many there are in all.

    Problems come in stages (cells, then rows against each other, then against the database), each in order of rows;
    `most` of each stage are kept, which holds the first `most` of all.
    """

    most: int = LISTED
    total: int = 0
    rows: Counter[int] = field(default_factory=Counter)  # how many each has
    stages: list[list[Problem]] = field(default_factory=lambda: [[]])
    size: int = 0  # characters of the last stage

    def __bool__(self) -> bool:
        return self.total > 0

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.listed)

    @property
    def listed(self) -> list[Problem]:
        in_order = sorted(itertools.chain(*self.stages), key=_place)[: self.most]
        sizes = itertools.accumulate(problem.size for problem in in_order)
        return [problem for problem, size in zip(in_order, sizes, strict=True) if size <= MOST_CHARACTERS]

    @property
    def unlisted(self) -> int:
        return self.total - len(self.listed)

    def copy(self) -> "Problems":
        """For the next stages, with these kept as they are."""
        return Problems(self.most, self.total, self.rows.copy(), [*map(list, self.stages), []])

    def next_stage(self) -> None:
        self.stages.append([])
        self.size = 0

    def add(self, row: int, describe: Callable[[], Problem]) -> None:
        """Counts a problem of the row; it is described only when it will be listed, for there may be a million."""
        self.total += 1
        self.rows[row] += 1
        if len(self.stages[-1]) < self.most and self.size <= MOST_CHARACTERS:
            problem = describe()
            self.size += problem.size
            self.stages[-1].append(problem)


def _place(problem: Problem) -> tuple[int, int, str]:
    return problem.row, len(problem.column), problem.column


def shown(value: Value | None) -> str:
    """A cell's value for a list of problems: a day as 1.3.2026, a text cut to 80 characters."""
    match value:
        case None:
            return ""
        case CellError(text):
            return text
        case FormattedNumber(number, _, text):
            return str(number) if text is None else cut(text, LONGEST_VALUE)
        case LongText(begins):
            return cut(f"{begins}…", LONGEST_VALUE)
        case datetime():
            return f"{value.day}.{value.month}.{value.year} {value:%H:%M}"
        case date():
            return f"{value.day}.{value.month}.{value.year}"
        case time():
            return f"{value:%H:%M}"
    return cut(str(value), LONGEST_VALUE)


def cut(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """The text, at most so long, with … at its end."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
