"""Reads a workbook (.xlsx, .xlsm): its visible sheets, their rows as Excel numbers them, the cells with a value.

    for sheet in open_workbook(content, limits).sheets:
        for row in sheet.rows():
            ...

Everything wrong with the file is raised as Unreadable with a sentence for the user. Formulas give the value that was
saved with them. Nothing outside the file is opened, and of the file only what leads to the cells.
"""

import logging
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sheets.cells import TRUE, Shared, SheetParser
from sheets.container import Package, damaged
from sheets.kinds import XLSB, not_excel, refuse_other_packages
from sheets.limits import Limits, Unreadable
from sheets.merges import Merge, uncovered
from sheets.places import Row
from sheets.rows import rows_lane
from sheets.strings import shared_strings
from sheets.styles import number_formats
from sheets.xml import Attributes, elements, feed, local

MOST_RELATIONSHIPS = 10_000

logger = logging.getLogger(__name__)


class Target(NamedTuple):
    """Where a relationship of a workbook leads."""

    kind: str  # the last word of the relationship's type: worksheet, styles …
    part: str


def open_workbook(content: bytes, limits: Limits | None = None) -> "Workbook":
    """Raises Unreadable, and nothing else."""
    with one_sentence():
        return Workbook(Package(content, limits or Limits()))


@contextmanager
def one_sentence() -> Iterator[None]:
    """Whatever a damaged file breaks becomes Unreadable."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        logger.info("a workbook could not be read: %s", type(error).__name__)
        logger.debug("where", exc_info=True)  # apart: whoever imports by a command reads the log on the screen
        raise damaged() from error


class Workbook:
    """Found through the relationships from the root on."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.from_1904 = self.uncalculated = self.lacks_part = False
        self.sheets: list[Sheet] = []  # those that are seen
        self.hidden: list[Sheet] = []
        part = workbook_part(package)
        self.related = relationships(package, part)
        elements(package, part, self._found)
        strings, styles = (self._first(kind) for kind in ("sharedStrings", "styles"))
        if self.lacks_part or any(part not in package for part in (strings, styles) if part is not None):
            raise damaged()
        self.shared = Shared(
            shared_strings(package, strings), number_formats(package, styles), self.from_1904, self.uncalculated
        )

    def _first(self, kind: str) -> str | None:
        return next((target.part for target in self.related.values() if target.kind == kind), None)

    def _found(self, path: tuple[str, ...], attributes: Attributes) -> None:
        if path == ("workbook", "workbookPr"):
            self.from_1904 = attributes.get("date1904", "").lower() in TRUE
        elif path == ("workbook", "calcPr"):
            begun = attributes.get("fullCalcOnLoad", ""), attributes.get("forceFullCalc", "")
            finished = attributes.get("calcCompleted", "1").lower() in TRUE
            self.uncalculated = not finished or any(each.lower() in TRUE for each in begun)
        elif path == ("workbook", "sheets", "sheet"):
            self._add_sheet(attributes)

    def _add_sheet(self, attributes: Attributes) -> None:
        """Of other kinds than worksheets (charts, macros) none is kept."""
        is_visible = attributes.get("state", "visible") == "visible"
        number = next((value for key, value in attributes.items() if ":" in key and local(key) == "id"), "")
        target = self.related.get(number)
        if len(self.sheets) + len(self.hidden) > MOST_RELATIONSHIPS:
            raise damaged()
        if target is None or target.part not in self.package:
            self.lacks_part = True
        elif target.kind == "worksheet":
            sheet = Sheet(attributes.get("name", "")[:31], target.part, self)
            (self.sheets if is_visible else self.hidden).append(sheet)


class Sheet:
    """A sheet of a workbook, read row by row."""

    def __init__(self, name: str, part: str, workbook: Workbook) -> None:
        self.name, self.part, self.workbook = name, part, workbook
        self.hidden_columns: list[tuple[int, int]] = []  # from–to, known once the first row has come
        self.merges: list[Merge] | None = None  # known once all rows have been read

    def rows(self) -> Iterator[Row]:
        """Rows with a value, from the top; when the merged cells are known, without what lies under them. The file is
        known to be whole only when they are read to the end.
        """
        return uncovered(self._rows(), self.merges) if self.merges else self._rows()

    def _rows(self) -> Iterator[Row]:
        book = self.workbook
        parser = SheetParser(book.package, book.shared)
        self.hidden_columns = parser.hidden_columns
        with one_sentence():
            for _chunk in feed(book.package, self.part, parser.start, parser.end, parser.characters, rows_lane(parser)):
                rows, parser.rows = parser.rows, []
                yield from rows
        self.merges = parser.merges


def workbook_part(package: Package) -> str:
    """The name of the part that holds the workbook. Raises Unreadable for other packages."""
    refuse_other_packages(package)
    targets = relationships(package, "").values() if "_rels/.rels" in package else ()
    part = next((target.part for target in targets if target.kind == "officeDocument"), "")
    if part.endswith(".bin"):
        raise Unreadable(str(XLSB))
    if part not in package or not _is_workbook(package, part):
        raise Unreadable(not_excel())
    return part


def _is_workbook(package: Package, part: str) -> bool:
    roots: list[str] = []

    def found(path: tuple[str, ...], _attributes: Attributes) -> None:
        if len(path) == 1:
            roots.append(path[0])

    elements(package, part, found)
    return roots == ["workbook"]


def relationships(package: Package, part: str) -> dict[str, Target]:
    """Targets inside the file by id, of a part ("" = of the whole file)."""
    folder = posixpath.dirname(part)
    found: dict[str, Target] = {}

    def add(_path: tuple[str, ...], attributes: Attributes) -> None:
        target = attributes.get("Target", "").replace("\\", "/")
        if "Id" in attributes and attributes.get("TargetMode", "Internal").lower() != "external":
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            found[attributes["Id"]] = Target(attributes.get("Type", "").rpartition("/")[2], posixpath.normpath(path))
            if len(found) > MOST_RELATIONSHIPS:
                raise damaged()

    where = relationships_part(part)
    if where in package:
        elements(package, where, add)
    return found


def relationships_part(part: str) -> str:
    """“xl/workbook.xml” → “xl/_rels/workbook.xml.rels”."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
