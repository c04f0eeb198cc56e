"""The description of a sheet's column, and readers that any sheet can use.

One object a column drives the sheet to fill in, the reading, the check, the preview and the list of problems; what a
sheet is about is a list of them (customers/importing/columns.py).
"""

import difflib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sheets.problems import Wrong
from sheets.values import WHOLE, CellError, FormattedNumber, LongText, OddCell, Value
from spotilla.days import check_day
from spotilla.text import CONTROL, many_lines, one_line, seen

WORDS = {"fi": 0, "en": 1, "sv": 2}  # places in what is written as ("suomi", "English", "svenska")
LONGEST = 200  # characters that most columns hold

type Words = tuple[str, str, str]  # the same in Finnish, English and Swedish


def in_language(words: Words) -> str:
    """The word in the user's language; Finnish when it is none of the three."""
    return words[WORDS.get((get_language() or "fi")[:2], 0)]


def folded(text: str) -> str:
    """For comparing what people type: case, accents' way of writing, blanks and what nobody sees apart."""
    return one_line(text).casefold()


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """A column of a sheet: its headings, how a cell is read and written, and its help."""

    key: str
    headings: Words
    read: Callable[[Value], Any]  # the cell's value, never empty → what is kept; raises Wrong
    write: Callable[[Any], Any] = str  # what is kept → what stands in the cell
    aliases: tuple[str, ...] = ()
    help: str | Promise = ""
    choices: Callable[[], Sequence[str]] | None = None  # words of the drop-down, in the user's language
    strict: bool = False  # whether Excel refuses words that the drop-down lacks
    example: str | int | date | None = None
    width: int = 20  # characters
    number_format: str = "@"  # text, so that Excel keeps zeros
    required: bool = False  # by its heading the table is found; of several such columns a row needs one
    own: bool = False  # each row has its own: a cell merged over several counts for the first alone
    longest: int = LONGEST  # characters that it can hold; of a text that has many more no more is kept
    outline: bool = False  # a level: empty before the first that the row fills, it means what it does in the row above

    end_tells: bool = False  # of a long text the end tells more than the middle: a path

    @property
    def heading(self) -> str:
        return in_language(self.headings)

    def kept(self, value: Value) -> Value:
        """The cell as far as it is read and kept. A text may be twice as long as what it means, when its letters stand
        in two pieces.
        """
        if isinstance(value, str) and len(value) > 2 * self.longest:
            return LongText(value[: self.longest], len(value))
        return value


def headings_of(columns: Sequence[Column]) -> dict[str, Column]:
    """Every heading in every language, folded."""
    return {folded(word): column for column in columns for word in (*column.headings, *column.aliases)}


def number_in(value: Any) -> Any:
    """The number in a cell, however it is shown; any other value as it is."""
    return value.number if isinstance(value, FormattedNumber) else value


def plain(value: Value) -> str:
    """A cell as text. Raises Wrong for errors, days, truth values, and numbers whose digits Excel has lost."""
    match value:
        case str():
            return seen(value)
        case LongText(begins, length):
            raise _too_long(length, len(begins))
        case CellError():
            raise _error(value)
        case bool():
            raise Wrong(_("The cell holds a truth value, not text."), _("Write the value as text."))
        case date() | time():
            raise Wrong(_("The cell holds a day or a time, not text."), _as_text())
        case int() | float() if abs(value) < WHOLE:
            return repr(value)
        case FormattedNumber() if abs(value.number) < WHOLE:
            return _as_shown(value)
    raise Wrong(_("Excel keeps 15 digits of a number and has lost the rest."), _as_text())


def _error(error: CellError) -> Wrong:
    if isinstance(error, OddCell):
        return Wrong(_("The cell holds something that cannot be read."), _("Write the value again."))
    if not error.text:
        return Wrong(
            _("The formula was saved without its result."), _("Open the file in Excel, save it and try again.")
        )
    return Wrong(_("The cell holds an error."), _("Fix the formula, or enter the value."))


def _as_shown(number: FormattedNumber) -> str:
    if number.text is not None:
        return number.text
    text = _("Excel shows this number in the format “%(format)s”, not by its digits alone.") % {"format": number.code}
    raise Wrong(text, _as_text(), [repr(number.number)])


def _as_text() -> str:
    return _("Format the cell as text and write it again.")


def text(longest: int | None = None, *, lines: bool = False) -> Callable[[Value], str]:
    """Reads text of at most `longest` characters; with `lines` its line breaks stay, else they become blanks."""

    most = sys.maxsize if longest is None else longest
    tidy = many_lines if lines else one_line

    def read(value: Value) -> str:
        if isinstance(value, str) and len(value) <= most:
            line = value.replace("\n", "") if lines else value
            if line.isprintable():  # nearly all texts are, and have no control characters
                return tidy(value)
        if isinstance(value, LongText) and longest is not None:
            raise _too_long(value.length, longest)
        raw = plain(value)
        if CONTROL.search(raw):
            raise Wrong(_("The text holds a character that cannot be kept."), _("Write the text again."))
        kept = tidy(raw)
        if longest is not None and len(kept) > longest:
            raise Wrong(
                _("The text is too long: %(length)d characters.") % {"length": len(kept)},
                _("At most %(longest)d characters.") % {"longest": longest},
            )
        return kept

    return read


def _too_long(length: int, longest: int) -> Wrong:
    return Wrong(
        _("The text is too long: %(length)d characters.") % {"length": length},
        _("At most %(longest)d characters.") % {"longest": longest},
    )


def whole_number(least: int, most: int) -> Callable[[Value], int]:
    """Reads a whole number, also one written as text."""

    def read(value: Value) -> int:
        value = one_line(value) if isinstance(value, str) else value
        number = number_in(value)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
            number = int(value)
        elif isinstance(value, CellError):
            plain(value)
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise _no_number(value, least, most)
        return number

    return read


def _no_number(value: Value, least: int, most: int) -> Wrong:
    """ "30 pv" suggests 30; nothing else is guessed."""
    wrong = _("This is not a whole number %(least)d–%(most)d.") % {"least": least, "most": most}
    found = re.fullmatch(r"(\d{1,9})\s*[^\W\d]{1,8}\.?", value) if isinstance(value, str) else None
    if found and least <= int(found[1]) <= most:
        return Wrong(wrong, found[1], [found[1]])
    return Wrong(wrong, _("A whole number, such as %(number)d.") % {"number": min(max(14, least), most)})


_version = whole_number(0, 10**15)


VERSION: Words = ("Spotilla-versio", "Spotilla version", "Spotilla-version")
VERSION_OF_ALL: Words = ("Spotilla-versio, kaikki", "Spotilla version, all", "Spotilla-version, alla")


def own(*headings: str, version: Callable[[Value], int] = _version) -> tuple[Column, Column]:
    """The columns of our exports alone: which one a row is, by a heading that no other thing's export has, since an id
    of the one must not be taken for one of the other; and how it was then, as `version` reads it, by a heading that
    says whether the export is one of all that there is.
    """
    finnish, english, swedish = headings
    return (
        Column(key="id", headings=(finnish, english, swedish), read=whole_number(1, 10**15), write=int, own=True),
        Column(key="version", headings=VERSION, aliases=VERSION_OF_ALL, read=version, write=int, own=True),
    )


def is_of_all(headings: Mapping[str, str]) -> bool:
    """Whether a sheet with these headings, by key, can say what is lacking: our own export of some cannot."""
    return "id" not in headings or folded(headings.get("version", "")) in map(folded, VERSION_OF_ALL)


def day(value: Value) -> date:
    """Reads a day that can be given (spotilla.days): a date cell, or a text such as 1.3.2026 or 2026-03-01. A bare
    number is no day.
    """
    found = _day_of(value)
    try:
        check_day(found)
    except ValidationError as error:
        raise _no_day(str(error.message)) from error
    return found


def _day_of(value: Value) -> date:
    if isinstance(value, datetime):
        raise _no_day(_("The cell holds a time of day too."))
    if isinstance(value, date):
        return value
    if isinstance(value, CellError):
        plain(value)
    value = one_line(value) if isinstance(value, str) else value
    found = isinstance(value, str) and (
        re.fullmatch(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})", value, re.ASCII)
        or re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", value, re.ASCII)
    )
    try:
        if found:
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError as error:
        raise _no_day(_("There is no such day.")) from error
    raise _no_day(_("This is not a day."))


def _no_day(wrong: str) -> Wrong:
    return Wrong(wrong, _("A day such as 1.3.2026."))


def choice[K](words: Mapping[K, Words], wrong: str | Promise) -> Callable[[Value], K]:
    """Reads one of `words` in any language and any case; the Wrong says `wrong` and the word most like it."""
    known = {folded(word): key for key, in_languages in words.items() for word in in_languages}

    def read(value: Value) -> K:
        typed = folded(text(200)(value))
        if typed in known:
            return known[typed]
        raise Wrong(
            str(wrong),
            lambda: ", ".join(map(in_language, nearest(typed) or words.values())),
            lambda: list(map(in_language, nearest(typed))),
        )

    def nearest(typed: str) -> list[Words]:
        near = difflib.get_close_matches(typed, known, n=1, cutoff=0.7) if len(typed) <= 40 else []
        return [words[known[word]] for word in near]

    return read
