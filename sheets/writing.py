"""Tables handed out as Excel and CSV files: numbers stay numbers, dates stay dates, no text becomes a formula.

A duration is one in Excel too, shown in hours and minutes; in CSV it is whole minutes: so both add up.

Excel is written straight into its zip, a row at a time, so that 100,000 rows cost the size of the packed file and
no more. Every text is an inline string in the text format; one that a program might take for a formula is
also marked as quoted, so that it stays text when somebody edits the cell.
"""

import csv
import io
import itertools
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import IO, Any
from xml.sax.saxutils import escape

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header


@dataclass(frozen=True)
class DurationName:
    """What durations are called: in CSV the name says that they are minutes."""

    excel: str
    csv: str

    def __str__(self) -> str:
        return self.excel


type Value = str | int | Decimal | float | date | timedelta | DurationName | None
type Heading = str | DurationName

XLSX_FAMILY = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XLSX_TYPE = f"{XLSX_FAMILY}.sheet"
XLSM_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.12"
LONGEST_TEXT = 32_767  # characters in an Excel cell
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FIRST_SERIAL_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February that never was
DAY_ZERO = date(1899, 12, 30)

# Places in the list of cell formats in STYLES.
PLAIN, HEADING, TEXT, QUOTED, DAY, MOMENT, DURATION = range(7)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="d\\.m\\.yyyy"/>'
    '<numFmt numFmtId="165" formatCode="d\\.m\\.yyyy\\ h:mm"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7">'
    '<xf xfId="0"/><xf xfId="0" numFmtId="49" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="49" '
    'applyNumberFormat="1"/><xf xfId="0" numFmtId="49" quotePrefix="1" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" numFmtId="165" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="166" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX_TYPE}.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{XLSX_FAMILY}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{XLSX_FAMILY}.styles+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": STYLES,
}


def xlsx_response(filename: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """A download of the table as Excel; `filename` ends in .xlsx, and its stem names the sheet."""
    content = write_xlsx(PurePath(filename).stem, headings, rows)
    return download(filename, XLSX_TYPE, content)


def csv_response(filename: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """A download of the table as CSV, as Excel opens it in Finland; `filename` ends in .csv."""
    return download(filename, "text/csv; charset=utf-8", write_csv(headings, rows))


def write_xlsx(title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> bytes:
    """The bytes of a workbook with one sheet: a frozen, filtered heading row and the rows.

    A text longer than 32,767 characters is cut to that and ends in "…". Days before March 1900, and infinities,
    are not numbers to Excel: they are written as text.
    """
    output = io.BytesIO()
    for _rows in _written(output, title, headings, rows):
        pass
    return output.getvalue()


def stream_xlsx(title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The same workbook piece by piece, so that any number of rows takes no memory. `rows` are read on the way."""
    output = _Outgoing()
    for _rows in _written(output, title, headings, rows):
        if output.waiting:
            yield output.taken()
    yield output.taken()


class _Outgoing(io.RawIOBase):
    """What is written, until it is taken. Nobody can seek in it, so that the zip is written from end to end."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self.waiting = b"".join(self.waiting), []
        return data


def _written(
    output: IO[bytes] | _Outgoing, title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]
) -> Iterator[int]:
    """Writes the workbook into `output`; stops after each thousand rows to say which one it is at."""
    head, rest = _peek(rows, 200)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in PARTS.items():
            package.writestr(name, content)
        package.writestr("xl/workbook.xml", _workbook(title))
        with package.open("xl/worksheets/sheet1.xml", "w") as part:
            sheet = io.TextIOWrapper(part, encoding="utf-8", newline="\n", write_through=False)
            sheet.write(_sheet_head(headings, head))
            sheet.write(_row(1, [_text_cell(str(heading), HEADING) for heading in headings]))
            for number, row in enumerate(itertools.chain(head, rest), 2):
                sheet.write(_row(number, [_cell(value) for value in row]))
                if number % 1_000 == 0:
                    yield number
            sheet.write("</sheetData></worksheet>")
            sheet.detach()


def write_csv(headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with its mark, semicolons, decimal commas, ISO days; a text that could be a formula gets a leading '."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow([_csv_value(heading) for heading in headings])
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + output.getvalue().encode("utf-8", "replace")


def download(filename: str, content_type: str, content: bytes) -> HttpResponse:
    """An answer that the browser saves as a file."""
    return HttpResponse(content, content_type=content_type, headers=_as(filename))


def streamed(filename: str, content_type: str, content: Iterable[bytes]) -> StreamingHttpResponse:
    """The same, sent piece by piece."""
    return StreamingHttpResponse(content, content_type=content_type, headers=_as(filename))


def _as(filename: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(as_attachment=True, filename=filename) or "attachment"}


def _peek(rows: Iterable[Sequence[Value]], count: int) -> tuple[list[Sequence[Value]], Iterable[Sequence[Value]]]:
    rest = iter(rows)
    return list(itertools.islice(rest, count)), rest


def _workbook(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:31] or "1"
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{escape(name, {'"': "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet_head(headings: Sequence[Heading], rows: Sequence[Sequence[Value]]) -> str:
    """Column widths from the heading and the first rows, and the heading frozen."""
    longest = [len(str(heading)) for heading in headings]
    for row in rows:
        longest = [max(width, len(_shown(value))) for width, value in zip(longest, row, strict=False)]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{min(max(width + 2, 8), 60)}" customWidth="1"/>'
        for number, width in enumerate(longest, 1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    )


def _shown(value: Value) -> str:
    """About as wide as Excel shows it."""
    return f"{value // timedelta(hours=1)}:00" if isinstance(value, timedelta) else str(value or "")


def _row(number: int, cells: Sequence[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(value: Value) -> str:
    """One cell; without a reference, so each must be written, the empty ones too."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        number = format(value, "f") if isinstance(value, Decimal) else repr(value)
        return f"<c><v>{number}</v></c>" if math.isfinite(value) else _text_cell(str(value), TEXT)
    if isinstance(value, date):
        return _date_cell(value)
    if isinstance(value, timedelta):
        return f'<c s="{DURATION}"><v>{value / timedelta(days=1)!r}</v></c>'
    text = str(value)
    return _text_cell(text, QUOTED if text.startswith(FORMULA_STARTS) else TEXT)


def _date_cell(value: date) -> str:
    day = value.date() if isinstance(value, datetime) else value
    if day < FIRST_SERIAL_DAY:
        return _text_cell(value.isoformat(), TEXT)
    serial = (day - DAY_ZERO).days
    if not isinstance(value, datetime):
        return f'<c s="{DAY}"><v>{serial}</v></c>'
    passed = datetime.combine(day, value.time()) - datetime.combine(day, time.min)
    return f'<c s="{MOMENT}"><v>{serial + passed.total_seconds() / 86_400}</v></c>'


def _text_cell(text: str, style: int) -> str:
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'<c s="{style}" t="inlineStr"><is><t{space}>{escape(escaped(text))}</t></is></c>'


def escaped(text: str) -> str:
    """Characters that XML cannot hold, the way Excel writes them: _x0007_; half a surrogate pair becomes a mark."""
    if text.isprintable() and "_x" not in text:  # as nearly all texts are
        return text
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", text)
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)


def _csv_value(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return (format(value, "f") if isinstance(value, Decimal) else str(value)).replace(".", ",")
    if isinstance(value, timedelta):
        return str(value // timedelta(minutes=1))
    if isinstance(value, DurationName):
        return _csv_text(value.csv)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else _csv_text(str(value))


def _csv_text(text: str) -> str:
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    return f"'{text}" if text.lstrip(" \xa0").startswith(FORMULA_STARTS) else text
