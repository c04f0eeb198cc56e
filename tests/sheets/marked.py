"""Marks for tests, and what must hold of every marked workbook, seen by openpyxl and by the parts themselves."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from sheets.annotated_copy import Marking
from sheets.limits import Limits
from sheets.problems import Problem, Problems
from sheets.reading import open_workbook
from sheets.tables import Table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SIZES_BEHIND = 0x08  # what a part's header says when its sizes come after its bytes, where we write none
RED, AUTHOR = "FFFFC7CE", "Spotilla Asiakkaat"


def marked(content: bytes, *addresses: str) -> bytes:
    """The workbook with these cells of its first sheet marked as wrong."""
    sheet = open_workbook(content).sheets[0]
    problems = Problems()
    for address in addresses:
        row, column = coordinate_to_tuple(address)
        problem = Problem("name", sheet.name, row, get_column_letter(column), "Nimi", "", f"{address} väärin", "=1+1")
        problems.add(row, lambda problem=problem: problem)  # type: ignore[misc]
    return Marking(content, Table(sheet.name, 1, {"name": 1}, {}, sheet.part), problems, Limits()).write()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def only_the_marks_differ(before: bytes, after: bytes, *addresses: str) -> None:
    old, new = parts(before), parts(after)
    with zipfile.ZipFile(io.BytesIO(after)) as package:
        assert not any(info.flag_bits & SIZES_BEHIND for info in package.infolist())
    sheet = open_workbook(before).sheets[0].part
    changed = [name for name in old if new.get(name) != old[name]]
    folder, _, own = sheet.rpartition("/")
    related = f"{folder}/_rels/{own}.rels"
    styles = next(name for name in old if name.endswith("styles.xml") and "drawing" not in name)
    assert sorted(changed) == sorted({sheet, styles, "[Content_Types].xml", related} & set(old))
    added = {re.sub(r"\d+", "", name.rpartition("/")[2]) for name in set(new) - set(old) - {related}}
    assert added == {"comments.xml", "vmlDrawing.vml"}
    assert list(new)[: len(old)] == list(old)
    _stands_in_its_place(new[sheet])
    assert _without_marks(new[sheet], addresses) == _without_marks(old[sheet], addresses)
    assert _without_red(new[styles], old[styles]) == _without_red(old[styles], old[styles])
    _seen_by_openpyxl(before, after, {*addresses})


# The end of a worksheet in the order that Excel demands; it refuses any other.
ORDER = ["drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "tableParts", "extLst"]


def _stands_in_its_place(xml: bytes) -> None:
    names = [child.tag.removeprefix(MAIN) for child in ET.fromstring(xml)]  # noqa: S314 – of our own tests
    assert names.count("legacyDrawing") == 1
    end = names[names.index("sheetData") :]
    known = [ORDER.index(name) if name in ORDER else -1 for name in end]
    assert known == sorted(known)


def _without_marks(xml: bytes, addresses: tuple[str, ...]) -> str:
    """The sheet without the styles of these cells, the empty ones among them, and the reference to the comments."""
    root = ET.fromstring(xml)  # noqa: S314 – of our own tests
    for extra in root.findall(f"{MAIN}legacyDrawing"):
        root.remove(extra)
    number = 0
    for row in root.iter(f"{MAIN}row"):
        number = int(row.get("r", number + 1))
        row.attrib.pop("spans", None)
        column = 0
        for cell in list(row):
            column = coordinate_to_tuple(cell.get("r", ""))[1] if cell.get("r") else column + 1
            if f"{get_column_letter(column)}{number}" in addresses:
                cell.attrib.pop("s", None)
                if len(cell) == 0:
                    row.remove(cell)
    return ET.canonicalize(ET.tostring(root))


def _without_red(xml: bytes, before: bytes) -> str:
    """The styles with as many fills and formats as there were before."""
    root, old = ET.fromstring(xml), ET.fromstring(before)  # noqa: S314
    for name in ("fills", "cellXfs"):
        element, size = root.find(f"{MAIN}{name}"), len(old.findall(f"{MAIN}{name}/*"))
        assert element is not None
        assert element.get("count") in (None, str(len(element)))
        element.attrib.pop("count", None)
        for extra in list(element)[size:]:
            element.remove(extra)
    return ET.canonicalize(ET.tostring(root))


def _seen_by_openpyxl(before: bytes, after: bytes, addresses: set[str]) -> None:
    old, new = (load_workbook(io.BytesIO(content), rich_text=True) for content in (before, after))
    first = open_workbook(before).sheets[0].name
    assert old.sheetnames == new.sheetnames
    for name in old.sheetnames:
        wanted = addresses if name == first else set()
        red = set()
        for row in new[name].iter_rows():
            for cell in row:
                own: Any = old[name][cell.coordinate]
                assert cell.value == own.value
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    red.add(cell.coordinate)
                    assert cell.comment.text == f"{cell.coordinate} väärin\n=1+1"
                    assert (cell.fill.patternType, cell.fill.fgColor.rgb) == ("solid", RED)
                    if own.value is not None:
                        assert _look(cell) == _look(own)
                elif own.has_style:
                    assert repr(cell.fill) == repr(own.fill)
        assert red == wanted


def _look(cell: Any) -> tuple[str, ...]:
    """All of a cell's style but its fill."""
    looks = (cell.number_format, cell.font, cell.border, cell.alignment, cell.protection, cell.quotePrefix)
    return tuple(map(repr, looks))
