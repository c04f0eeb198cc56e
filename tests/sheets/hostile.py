"""Workbooks made to hurt whoever reads them. Each function gives the bytes of one; most are smaller than 2 MB."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEADING = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nimi</t></is></c></row>'

MAKERS: dict[str, Callable[[], bytes]] = {}
LARGE = {  # seconds to make or to read
    "a_hundred_wrong_folders_on_every_row",
    "a_name_of_thirty_thousand_characters_everywhere",
    "a_text_in_a_million_pieces",
    "attribute_names_all_different",
    "cells_past_the_short_way",
    "headings_without_end",
    "long_notes_on_every_row",
    "long_shared_strings",
    "names_all_different",
    "namespaces_all_different",
    "nothing_but_a_comment",
    "nothing_but_an_attribute",
    "number_formats_by_the_million",
    "one_email_of_sixty_thousand_people",
    "relationships_by_the_million",
    "rows_without_numbers",
    "shared_strings_by_the_million",
    "shared_strings_of_chance",
    "shared_strings_past_the_short_way",
    "ten_thousand_wrong_folders_on_every_row",
    "the_same_sheet_nine_thousand_times",
    "tiny_cells_in_one_row",
    "types_all_wrong_and_all_different",
    "unknown_elements",
    "wide_shared_strings",
}


def hostile(maker: Callable[[], bytes]) -> Callable[[], bytes]:
    MAKERS[maker.__name__] = maker
    return maker


def sheet(data: str) -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'


def parts(**changes: str | bytes) -> dict[str, str | bytes]:
    """The parts of a small whole workbook, with some of them changed: sheet, workbook, rels, root, strings, styles."""
    related = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")],
            1,
        )
    )
    whole: dict[str, str | bytes] = {
        "root": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "workbook": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "sheet": sheet(HEADING + '<row r="2"><c r="A2" t="inlineStr"><is><t>Yksi Oy</t></is></c></row>'),
        "strings": f'{HEAD}<sst xmlns="{MAIN}"/>',
        "styles": f'{HEAD}<styleSheet xmlns="{MAIN}"/>',
    }
    names = {
        "root": "_rels/.rels",
        "rels": "xl/_rels/workbook.xml.rels",
        "workbook": "xl/workbook.xml",
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
    }
    return {names.get(key, key): content for key, content in (whole | changes).items()}


def packed(contents: Mapping[str, str | bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return output.getvalue()


def repeated(before: str, piece: str, megabytes: float, after: str) -> bytes:
    """`piece` again and again until there are so many megabytes."""
    return before.encode() + piece.encode() * int(megabytes * 1_000_000 / len(piece.encode())) + after.encode()


def long_sheet(piece: str, megabytes: float, before: str = HEADING, after: str = "") -> bytes:
    head, foot = sheet("\0").split("\0")
    return packed(parts(sheet=repeated(head + before, piece, megabytes, after + foot)))


@hostile
def tiny_cells_in_one_row() -> bytes:
    return long_sheet("<c/>", 150, before=HEADING + '<row r="2">', after="</row>")


@hostile
def rows_without_numbers() -> bytes:
    return long_sheet("<row/>", 90)


@hostile
def unknown_elements() -> bytes:
    return long_sheet("<x/>", 90)


@hostile
def nothing_but_a_comment() -> bytes:
    return long_sheet("x", 90, before="<!--", after="-->")


@hostile
def nothing_but_an_attribute() -> bytes:
    return long_sheet("x", 90, before='<row r="', after='"/>')


@hostile
def nothing_but_an_element_name() -> bytes:
    return long_sheet("x", 90, before="<", after="/>")


@hostile
def nothing_but_an_instruction() -> bytes:
    return long_sheet("x", 90, before="<?a ", after="?>")


@hostile
def a_long_text_in_one_cell() -> bytes:
    return long_sheet("x", 90, before='<row r="1"><c r="A1" t="inlineStr"><is><t>', after="</t></is></c></row>")


@hostile
def a_text_of_escapes() -> bytes:
    return long_sheet("&amp;", 90, before='<row r="1"><c r="A1" t="inlineStr"><is><t>', after="</t></is></c></row>")


@hostile
def a_text_in_a_million_pieces() -> bytes:
    before = '<row r="1"><c r="A1" t="inlineStr"><is>'
    return long_sheet("<r><t>x</t></r>", 90, before=before, after="</is></c></row>")


@hostile
def attributes_without_end() -> bytes:
    names = " ".join(f'a{number}=""' for number in range(400_000))
    return packed(parts(sheet=sheet(f"<row {names}/>")))


@hostile
def names_all_different() -> bytes:
    return packed(parts(sheet=sheet("".join(f"<n{number}/>" for number in range(2_000_000)))))


@hostile
def attribute_names_all_different() -> bytes:
    return packed(parts(sheet=sheet("".join(f'<c a{number}=""/>' for number in range(1_500_000)))))


@hostile
def namespaces_all_different() -> bytes:
    return packed(parts(sheet=sheet("".join(f'<c xmlns:a{number}="u"/>' for number in range(1_500_000)))))


@hostile
def shared_strings_by_the_million() -> bytes:
    strings = "".join(f"<si><t>{number}</t></si>" for number in range(3_000_000))
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'))


@hostile
def shared_strings_past_the_short_way() -> bytes:
    """A blank in each keeps them from being read the fast way."""
    chance = random.Random(3)
    strings = "".join(f"<si><t>{chance.randrange(10**9)}</t> </si>" for _ in range(3_000_000))
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'))


@hostile
def shared_strings_of_chance() -> bytes:
    """The largest list for its packed size that is still within what is kept."""
    chance = random.Random(4)
    strings = "".join(f"<si><t>{chance.randrange(10**6)}</t></si>" for _ in range(3_000_000))
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'))


@hostile
def cells_past_the_short_way() -> bytes:
    """Numbers with their attributes the other way round, in columns that nobody reads."""
    chance = random.Random(5)
    rows = "".join(
        f"<row><c/>{''.join(f'<c t="n" s="0"><v>{chance.randrange(10**4)}</v></c>' for _cell in range(40))}</row>"
        for _row in range(30_000)
    )
    return packed(parts(sheet=sheet(HEADING + rows)))


@hostile
def long_shared_strings() -> bytes:
    strings = "".join(f"<si><t>{number}{'ä' * 32_000}</t></si>" for number in range(3_000))
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'))


@hostile
def wide_shared_strings() -> bytes:
    """Four bytes a character in memory."""
    strings = "".join(f"<si><t>{number}{'a' * 30_000}\U0001f600</t></si>" for number in range(3_000))
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'))


@hostile
def a_name_of_thirty_thousand_characters_everywhere() -> bytes:
    """Every known column of 20,000 rows points to one long text."""
    columns = "ABCDEFGHIJKLMNOPQRSTUVW"
    headings = ["Nimi", "Asiakastyyppi", "Yhtiön tunnus", "Asiakasnumero", "Sähköposti", "Puhelin", "Katuosoite"]
    headings += ["Postinumero", "Postitoimipaikka", "Maa", "Laskutusosoite", "Viite", "Maksuehto (pv)", "Yhteyshenkilö"]
    headings += ["Yhteyshenkilön sähköposti", "Yhteyshenkilön puhelin", "Kansiot", "Liitetty alkaen", "Lisätiedot"]
    strings = "".join(f"<si><t>{heading}</t></si>" for heading in headings) + f"<si><t>{'; a / b' * 4_500}</t></si>"
    first = "".join(
        f'<c r="{column}1" t="s"><v>{place}</v></c>' for place, column in enumerate(columns[: len(headings)])
    )
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}" t="s"><v>{len(headings)}</v></c>' for column in columns[: len(headings)])
        + "</row>"
        for row in range(2, 20_000)
    )
    sst = f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'
    return packed(parts(strings=sst, sheet=sheet(f'<row r="1">{first}</row>{rows}')))


def shared(*texts: str) -> str:
    return f'{HEAD}<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'


def rows_of(places: str, rows: int) -> str:
    """A heading row of the first shared strings, and rows of the ones at `places`, such as "23" for two columns."""
    columns = [column for column, _place in zip("ABCDEFGH", places, strict=False)]
    lines = [(1, "".join(map(str, range(len(places)))))] + [(row, places) for row in range(2, rows + 2)]
    return "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{c}{row}" t="s"><v>{place}</v></c>' for c, place in zip(columns, line, strict=True))
        + "</row>"
        for row, line in lines
    )


@hostile
def a_hundred_wrong_folders_on_every_row() -> bytes:
    paths = ";".join(f"{number} / a" for number in range(100))
    return packed(parts(strings=shared("Nimi", "Kansiot", "A Oy", paths), sheet=sheet(rows_of("23", 60_000))))


@hostile
def ten_thousand_wrong_folders_on_every_row() -> bytes:
    paths = ";".join(map(str, range(6_000)))
    return packed(parts(strings=shared("Nimi", "Kansiot", "A Oy", paths), sheet=sheet(rows_of("23", 60_000))))


@hostile
def one_email_of_sixty_thousand_people() -> bytes:
    texts = shared("Nimi", "Yhteyshenkilön sähköposti", "Yhteyshenkilö", "A Oy", "a@example.com")
    first = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(3))
    rows = "".join(
        f'<row><c t="s"><v>3</v></c><c t="s"><v>4</v></c><c><v>{number}</v></c></row>' for number in range(60_000)
    )
    return packed(parts(strings=texts, sheet=sheet(f"<row><c/>{first}</row>{rows}")))


@hostile
def types_all_wrong_and_all_different() -> bytes:
    texts = shared("Nimi", "Asiakastyyppi", "A Oy")
    rows = "".join(
        f'<row><c t="s"><v>2</v></c><c t="inlineStr"><is><t>Yritus {number}</t></is></c></row>'
        for number in range(60_000)
    )
    first = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    return packed(parts(strings=texts, sheet=sheet(first + rows)))


@hostile
def headings_without_end() -> bytes:
    """16,000 unknown headings of 30,000 characters in each of the first rows, of which the last has the name too."""
    row = '<c t="s"><v>1</v></c>' * 16_000
    lines = "".join(f"<row><c/>{row}</row>" for _row in range(19)) + f'<row><c t="s"><v>0</v></c>{row}</row>'
    return packed(parts(strings=shared("Nimi", "É" * 30_000), sheet=sheet(f"{lines}<row>{row}</row>")))


@hostile
def long_notes_on_every_row() -> bytes:
    """Legal customers whose notes would fill the memory of whoever copies them."""
    strings = f"<si><t>Nimi</t></si><si><t>Lisätiedot</t></si><si><t>A Oy</t></si><si><t>{'x\r\n' * 10_000}</t></si>"
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>2</v></c><c r="B{row}" t="s"><v>3</v></c></row>'
        for row in range(2, 150_000)
    )
    first = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>', sheet=sheet(first + rows)))


@hostile
def formats_by_the_million() -> bytes:
    return packed(
        parts(styles=repeated(f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs>', "<xf/>", 90, "</cellXfs></styleSheet>"))
    )


@hostile
def number_formats_by_the_million() -> bytes:
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode="d"/>' for number in range(1_000_000))
    return packed(parts(styles=f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts></styleSheet>'))


@hostile
def a_format_code_to_choke_on() -> bytes:
    code = "[" * 400_000
    styles = (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts></styleSheet>'
    )
    return packed(parts(styles=styles))


@hostile
def relationships_by_the_million() -> bytes:
    relationships = "".join(f'<Relationship Id="x{number}" Type="a/b" Target="c"/>' for number in range(1_000_000))
    return packed(parts(rels=f'{HEAD}<Relationships xmlns="{PACKAGE}">{relationships}</Relationships>'))


@hostile
def the_same_sheet_nine_thousand_times() -> bytes:
    sheets = '<sheet name="A" sheetId="1" r:id="r1"/>' * 9_000
    workbook = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
    noise = "".join(random.Random(1).choices("abcdefghijklmnop", k=1_500_000))
    return packed(parts(workbook=workbook, sheet=sheet(f"<row r='30'/><!--{noise[:60_000]}-->")))


@hostile
def parts_by_the_thousand() -> bytes:
    return packed(parts() | {f"x/{number}": "" for number in range(15_000)})


@hostile
def deep_relationships() -> bytes:
    return packed(parts(rels=f"{HEAD}{'<a>' * 500_000}{'</a>' * 500_000}"))


@hostile
def deep_strings() -> bytes:
    return packed(parts(strings=f'{HEAD}<sst xmlns="{MAIN}">{"<si>" * 500_000}{"</si>" * 500_000}</sst>'))


@hostile
def a_document_type_in_the_strings() -> bytes:
    return packed(parts(strings='<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "b">]><sst><si><t>&a;</t></si></sst>'))


@hostile
def an_external_sheet() -> bytes:
    relationship = (
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="file:///etc/passwd" TargetMode="External"/>'
    )
    return packed(parts(rels=f'{HEAD}<Relationships xmlns="{PACKAGE}">{relationship}</Relationships>'))


@hostile
def a_sheet_outside_the_file() -> bytes:
    relationship = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="../../../../etc/passwd"/>'
    return packed(parts(rels=f'{HEAD}<Relationships xmlns="{PACKAGE}">{relationship}</Relationships>'))


@hostile
def the_workbook_as_its_own_sheet() -> bytes:
    relationship = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="workbook.xml"/>'
    return packed(parts(rels=f'{HEAD}<Relationships xmlns="{PACKAGE}">{relationship}</Relationships>'))


@hostile
def numbers_that_are_none() -> bytes:
    return packed(parts(sheet=sheet(HEADING + '<row r="2"><c r="A2"><v>NaN</v></c></row>')))


@hostile
def an_infinite_number() -> bytes:
    return packed(parts(sheet=sheet(HEADING + '<row r="2"><c r="A2"><v>1e999</v></c></row>')))


@hostile
def a_string_that_is_not_there() -> bytes:
    return packed(parts(sheet=sheet(HEADING + '<row r="2"><c r="A2" t="s"><v>99999999</v></c></row>')))


@hostile
def a_row_number_beyond_counting() -> bytes:
    return packed(parts(sheet=sheet(HEADING + f'<row r="{"9" * 5_000}"><c><v>1</v></c></row>')))


@hostile
def a_column_beyond_counting() -> bytes:
    return packed(parts(sheet=sheet(HEADING + f'<row r="2"><c r="{"Z" * 50_000}2"><v>1</v></c></row>')))


@hostile
def rows_that_go_backwards() -> bytes:
    return packed(parts(sheet=sheet('<row r="5"><c r="A5"><v>1</v></c></row>' + HEADING)))


@hostile
def a_part_twice() -> bytes:
    output = io.BytesIO(packed(parts()))
    with zipfile.ZipFile(output, "a") as package:
        package.writestr("XL/workbook.xml", "<x/>")
    return output.getvalue()


@hostile
def an_encrypted_part() -> bytes:
    content = bytearray(packed(parts()))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


@hostile
def parts_that_overlap() -> bytes:
    """Two entries of the list point to the same bytes."""
    content = bytearray(packed(parts()))
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)


@hostile
def a_list_of_parts_that_lies() -> bytes:
    content = packed(parts())
    end = content.rfind(b"PK\x05\x06")
    return content[: end + 10] + b"\xff\xff" + content[end + 12 :]


@hostile
def random_bytes_after_a_zip_mark() -> bytes:
    return b"PK\x03\x04" + random.Random(2).randbytes(1_000_000)


@hostile
def an_unknown_encoding() -> bytes:
    return packed(parts(sheet=b'<?xml version="1.0" encoding="utf-7"?><worksheet/>'))


@hostile
def half_a_surrogate_pair() -> bytes:
    return packed(parts(sheet=sheet(HEADING + '<row r="2"><c r="A2" t="inlineStr"><is><t>&#xD800;</t></is></c></row>')))


@hostile
def a_packing_of_another_kind() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_LZMA) as package:
        for name, content in parts().items():
            package.writestr(name, content)
    return output.getvalue()
