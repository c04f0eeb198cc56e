"""The user's own workbook with marks: nothing but the marks differs, and what cannot be marked safely is not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.worksheet import Worksheet

from sheets.annotated_copy import NotMarked
from sheets.limits import Unreadable
from sheets.reading import open_workbook
from sheets.writing import write_xlsx
from tests.say import say
from tests.sheets.books import ALL, book
from tests.sheets.hostile import HEAD, MAIN, OFFICE, packed
from tests.sheets.hostile import parts as hand_made
from tests.sheets.marked import marked, only_the_marks_differ, parts

__all__ = ["say"]

BOOKS: dict[str, Callable[[], bytes]] = {}
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="49" fillId="0" applyFill="0"><alignment wrapText="1"/>'
    '<protection locked="0"/></xf><xf xfId="0" numFmtId="14"/></cellXfs></styleSheet>'
)
ROWS = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nimi</t></is></c></row>'


def workbook(maker: Callable[[], bytes]) -> Callable[[], bytes]:
    BOOKS[maker.__name__] = maker
    return maker


def by_openpyxl(edit: Callable[[Worksheet], None]) -> bytes:
    rows = [[f"Yritys {number} Oy", "0010" + str(number), number] for number in range(1, 10)]
    return book(["Nimi", "Postinumero", "Maksuehto (pv)"], *rows, edit=edit)


type Parts = dict[str, str | bytes]


def by_hand(rows: str, after: str = "", before: str = "", changes: Parts | None = None) -> bytes:
    sheet = (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/'
        f'spreadsheetml/2009/9/ac">{before}<sheetData>{ROWS}{rows}</sheetData>{after}</worksheet>'
    )
    types = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override '
        'PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sharedStrings+xml"/></Types>'
    )
    whole: Parts = {"[Content_Types].xml": types, "sheet": sheet, "styles": STYLES}
    return packed(hand_made(**whole | (changes or {})))


def related(*targets: tuple[str, str]) -> str:
    return (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, 1)
        )
        + "</Relationships>"
    )


@workbook
def plain() -> bytes:
    return by_openpyxl(lambda _sheet: None)


@workbook
def a_chart() -> bytes:
    def edit(sheet: Worksheet) -> None:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=10), titles_from_data=True)
        sheet.add_chart(chart, "F2")

    return by_openpyxl(edit)


@workbook
def drop_downs_and_lists_on_a_hidden_sheet() -> bytes:
    def edit(sheet: Worksheet) -> None:
        assert isinstance(sheet.parent, Workbook)
        lists = sheet.parent.create_sheet("Luettelot")
        lists.sheet_state = "hidden"
        lists["A1"], lists["A2"] = "Yritys", "Taloyhtiö"
        rule = DataValidation(type="list", formula1="Luettelot!$A$1:$A$2")
        rule.add("D2:D100")
        sheet.add_data_validation(rule)
        sheet.parent.defined_names["lista"] = DefinedName("lista", attr_text="Luettelot!$A$1:$A$2")

    return by_openpyxl(edit)


@workbook
def rules_that_colour_cells() -> bytes:
    def edit(sheet: Worksheet) -> None:
        less = Rule(
            "cellIs", operator="lessThan", formula=["5"], dxf=DifferentialStyle(fill=PatternFill(bgColor="FFC7CE"))
        )
        sheet.conditional_formatting.add("C2:C10", less)

    return by_openpyxl(edit)


@workbook
def a_table_with_a_filter() -> bytes:
    return by_openpyxl(lambda sheet: sheet.add_table(ExcelTable(displayName="Asiakkaat", ref="A1:C10")))


@workbook
def merged_cells_protection_links_and_a_print_setup() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet.merge_cells("E1:G3")
        sheet.protection.sheet = True
        sheet["A3"].hyperlink = "https://example.com/"
        sheet.freeze_panes = "B2"
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.page_setup.orientation = "landscape"
        sheet.print_title_rows = "1:1"
        sheet.auto_filter.ref = "A1:C10"

    return by_openpyxl(edit)


@workbook
def every_cell_with_a_style_of_its_own() -> bytes:
    def edit(sheet: Worksheet) -> None:
        sheet["A2"].font = Font(bold=True, color="FF0000FF")
        sheet["B2"].number_format = "@"
        sheet["C2"].border = Border(left=Side("thick"))
        sheet["A3"].fill = PatternFill("solid", fgColor="FFFFFF00")
        sheet["A3"].alignment = Alignment(wrap_text=True, indent=2)
        sheet["B3"] = date(2026, 3, 1)
        sheet["C3"].quotePrefix = True

    return by_openpyxl(edit)


@workbook
def formulas_with_their_values() -> bytes:
    return by_hand(
        '<row r="2" spans="1:3"><c r="A2" t="str"><f>"Kaava"&amp;" Oy"</f><v>Kaava Oy</v></c>'
        '<c r="B2" s="1"><f t="shared" ref="B2:B3" si="0">1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>'
    )


@workbook
def a_picture() -> bytes:
    drawing = (
        f'{HEAD}<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main"><xdr:oneCellAnchor>'
        "<xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        '<xdr:ext cx="100000" cy="100000"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="Kuva"/><xdr:cNvPicPr/>'
        f'</xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{OFFICE}" r:embed="rId1"/></xdr:blipFill><xdr:spPr><a:prstGeom '
        'prst="rect"/></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>'
    )
    return by_hand(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Yksi Oy</t></is></c></row>',
        '<drawing r:id="rId1"/>',
        changes={
            "xl/worksheets/_rels/sheet1.xml.rels": related(("drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": drawing,
            "xl/drawings/_rels/drawing1.xml.rels": related(("image", "../media/image1.png")),
            "xl/media/image1.png": PNG,
        },
    )


@workbook
def a_picture_in_the_page_header() -> bytes:
    return by_hand(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Yksi Oy</t></is></c></row>',
        '<headerFooter><oddHeader>&amp;C&amp;G</oddHeader></headerFooter><legacyDrawingHF r:id="rId1"/>',
        changes={
            "xl/worksheets/_rels/sheet1.xml.rels": related(("vmlDrawing", "../drawings/vmlDrawing1.vml")),
            "xl/drawings/vmlDrawing1.vml": "<xml/>",
        },
    )


@workbook
def lists_of_extensions_inside_and_outside() -> bytes:
    extension = (
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:a xmlns:x14="urn:x">&gt;</x14:a></ext></extLst>'
    )
    return by_hand(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Yksi Oy</t></is></c></row>',
        '<conditionalFormatting sqref="A2"><cfRule type="dataBar" priority="1"><dataBar><cfvo type="min"/>'
        f'<cfvo type="max"/><color rgb="FF638EC6"/></dataBar>{extension}</cfRule></conditionalFormatting>{extension}',
    )


@workbook
def rows_and_columns_with_styles() -> bytes:
    return by_hand(
        '<row r="2" spans="1:1" x14ac:dyDescent="0.25"><c r="A2" t="inlineStr"><is><t>a &gt; b</t></is></c></row>'
        '<row r="3" s="2" customFormat="1"><c r="C3" t="inlineStr"><is><t>Kaksi Oy</t></is></c></row>'
        "<row r='4'><c r='B4' s='1' t='inlineStr'><is><t>Kolme</t></is></c><c r=\"D4\"/></row>",
        before='<cols><col min="1" max="2" width="20" style="1" customWidth="1"/></cols>',
    )


@workbook
def a_prefix_on_every_name() -> bytes:
    def prefixed(xml: str) -> str:
        return re.sub(r"<(/?)(?=\w)", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")

    sheet = (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>Nimi</v></c></row>'
        '<row r="2"><c r="A2" s="1" t="str"><v>Yksi Oy</v></c></row></sheetData></worksheet>'
    )
    return by_hand("", changes={"sheet": prefixed(sheet), "styles": prefixed(STYLES)})


@workbook
def cells_without_references() -> bytes:
    return write_xlsx(
        "Asiakkaat", ["Nimi", "Luku", "Päivä"], [["Yksi Oy", 1, date(2026, 3, 1)], ["Kaksi Oy", None, None]]
    )


@workbook
def macros_and_parts_that_nobody_knows() -> bytes:
    return by_hand(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Yksi Oy</t></is></c></row>',
        changes={
            "xl/vbaProject.bin": PNG,
            "customXml/item1.xml": "<a><!-- b --></a>",
            "xl/comments1.xml": "<not-of-this-sheet/>",
            "tyhjä kansio/": b"",
        },
    )


@workbook
def packed_in_a_stream_with_parts_that_are_not_packed() -> bytes:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

        def seek(self, *_arguments: Any) -> int:
            raise io.UnsupportedOperation

    output = Unseekable()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        package.comment = b"huomautus"
        for name, content in parts(plain()).items():
            info = zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if "theme" in name else zipfile.ZIP_DEFLATED
            info.extra = b"\x99\x99\x04\x00abcd"
            package.writestr(info, content)
    return output.getvalue()


# A cell with a value, an empty one in a row, and one to the right of all.
MARKS = {
    "formulas_with_their_values": ("A2", "B2", "A3", "D3"),
    "rows_and_columns_with_styles": ("A2", "B2", "A3", "C3", "A4", "C4", "D4"),
    "every_cell_with_a_style_of_its_own": ("A2", "B2", "C2", "A3", "B3", "C3", "A4"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_nothing_but_the_marks_differs(name: str) -> None:
    addresses = MARKS.get(name, ("A2", "C2", "J2"))
    before = BOOKS[name]()
    only_the_marks_differ(before, marked(before, *addresses), *addresses)


def test_an_empty_cell_takes_the_style_of_its_row_or_column() -> None:
    after = load_workbook(io.BytesIO(marked(rows_and_columns_with_styles(), "B2", "A3", "C2"))).worksheets[0]
    assert [after[address].number_format for address in ("B2", "A3", "C2")] == ["@", "mm-dd-yy", "General"]
    assert after["B2"].alignment.wrap_text
    assert not after["B2"].protection.locked


def test_the_comments_boxes_stand_at_their_cells() -> None:
    drawn = parts(marked(plain(), "A2", "XFD2"))["xl/drawings/vmlDrawing1.vml"].decode()
    assert "<x:Row>1</x:Row><x:Column>16383</x:Column>" in drawn
    assert drawn.count("visibility:hidden") == 2


GIVEN = [path for path in ALL if path.suffix in (".xlsx", ".xlsm")]


BEYOND_OPENPYXL = {  # a million rows or columns that it makes cells of; names that it does not find
    *("corner_xfd.xlsx", "issue_174.xlsx", "issue_530.xlsx", "last_row.xlsx", "minimal_package.xlsx", "sst_bomb.xlsx"),
}


def test_of_the_given_workbooks_each_is_marked_so_or_not_at_all(say: Callable[[str], None]) -> None:
    not_marked = []
    for name, content, addresses in readable():
        try:
            after = marked(content, *addresses)
        except NotMarked:
            not_marked.append(name)
            continue
        if name in BEYOND_OPENPYXL:
            assert len(parts(after)) > len(parts(content))
        else:
            only_the_marks_differ(content, after, *addresses)
    say(f"given workbooks that are not marked: {', '.join(not_marked)}")
    assert len(not_marked) <= 10


def readable() -> Iterator[tuple[str, bytes, list[str]]]:
    """Those that can be read, with the first cell of their first two rows and an empty one."""
    for path in GIVEN:
        content = path.read_bytes()
        try:
            rows = [row for _number, row in zip(range(2), open_workbook(content).sheets[0].rows(), strict=False)]
        except (Unreadable, IndexError):
            continue
        addresses = [f"{get_column_letter(row.cells[0][0])}{row.number}" for row in rows]
        if addresses:
            yield path.name, content, [*addresses, f"AZ{rows[0].number}"]


# ---- what is not marked ----------------------------------------------------------------------------------------------

ROW = '<row r="2"><c r="A2" t="inlineStr"><is><t>Yksi Oy</t></is></c></row>'
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
UNUSUAL = {
    "a comment of XML": by_hand(f'<!-- <row r="2"> -->{ROW}'),
    "CDATA": by_hand(ROW.replace("Yksi Oy", "<![CDATA[<c r='A2'>]]>")),
    "an instruction": by_hand(f"<?x <row?>{ROW}"),
    "another encoding": by_hand(
        "",
        changes={"sheet": f'<worksheet xmlns="{MAIN}"><sheetData>{ROWS}{ROW}</sheetData></worksheet>'.encode("utf-16")},
    ),
    "strict names": by_hand(
        "", changes={"sheet": f'<worksheet xmlns="{STRICT}"><sheetData>{ROWS}{ROW}</sheetData></worksheet>'}
    ),
    "two ways to draw": by_hand(ROW, '<mc:AlternateContent><mc:Choice Requires="x14"/></mc:AlternateContent>'),
    "boxes already": by_hand(ROW, '<legacyDrawing r:id="rId9"/>'),
    "an extension of a cell": by_hand(ROW.replace("</is>", "</is><extLst/>")),
    "names declared inside": by_hand(ROW.replace("<c ", f'<c xmlns="{MAIN}" ')),
    "a number written in characters": by_hand(ROW.replace('r="2"', 'r="&#50;"')),
    "no styles": by_hand(ROW, changes={"styles": f'<styleSheet xmlns="{MAIN}"/>'}),
    "a style that is not there": by_hand(ROW.replace('r="A2"', 'r="A2" s="3"')),
    "a signature": by_hand(ROW, changes={"_xmlsignatures/sig1.xml": "<x/>"}),
    "backslashes": by_hand(ROW, changes={"xl\\media\\a.png": PNG}),
    "a broken list of kinds": by_hand(
        ROW,
        changes={
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><a></Types>'
        },
    ),
    "no list of kinds": by_hand(ROW, changes={"[Content_Types].xml": "<x/>"}),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_file_written_in_an_unusual_way_is_not_marked_and_the_user_is_told(name: str) -> None:
    with pytest.raises(NotMarked, match="not written as Excel writes it"), translation.override("en"):
        marked(UNUSUAL[name], "A2")


def test_a_sheet_that_has_comments_is_not_marked_and_the_user_is_told() -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["A1"].comment = Comment("oma", "minä")

    with pytest.raises(NotMarked, match="has comments already"), translation.override("en"):
        marked(by_openpyxl(edit), "A2")


def test_comments_of_another_sheet_are_no_hindrance() -> None:
    def edit(sheet: Worksheet) -> None:
        assert isinstance(sheet.parent, Workbook)
        sheet.parent.create_sheet("Muuta")["A1"].comment = Comment("oma", "minä")

    before = by_openpyxl(edit)
    only_the_marks_differ(before, marked(before, "A2"), "A2")


def test_a_file_of_more_than_500_problems_is_not_marked() -> None:
    marked(by_hand(f'{ROW}<row r="3">{"<c/>" * 500}</row>'), *[f"{get_column_letter(n)}3" for n in range(1, 501)])
    with pytest.raises(NotMarked, match="at most 500 problems"), translation.override("en"):
        marked(plain(), *["A2"] * 501)


def test_several_problems_of_a_cell_make_one_comment() -> None:
    after = load_workbook(io.BytesIO(marked(plain(), "A2", "A2"))).worksheets[0]
    assert after["A2"].comment is not None
    assert after["A2"].comment.text == "A2 väärin\n=1+1\nA2 väärin\n=1+1"


def test_a_part_that_is_only_copied_is_never_unpacked() -> None:
    """A picture that would unpack to a gigabyte, and one that says so falsely."""
    bomb = by_hand(ROW, changes={"xl/media/image1.png": b"\0" * 1_000_000})
    lying = bomb.replace((1_000_000).to_bytes(4, "little"), (999_999_999).to_bytes(4, "little"))
    assert lying != bomb
    with zipfile.ZipFile(io.BytesIO(marked(lying, "A2"))) as package:
        assert package.getinfo("xl/media/image1.png").file_size == 999_999_999


def test_a_sheet_too_large_to_hold_is_not_marked() -> None:
    large = by_hand(ROW, f"<x>{' ' * 70_000_000}</x>")
    with pytest.raises(NotMarked, match="too large"), translation.override("en"):
        marked(large, "A2")
