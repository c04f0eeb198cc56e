"""The short way past expat reads what expat reads: the same rows, or the same refusal, of sheets edited at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from sheets import container
from sheets.fast_path import Lane
from sheets.limits import Unreadable
from sheets.places import Row
from sheets.reading import open_workbook
from sheets.writing import write_xlsx
from tests.sheets.books import book
from tests.sheets.hostile import MAIN, packed, parts

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TEXTS = ["Nimi", "As Oy Äänekoski", "a &amp; b", "rivi\nrivi", "_x0041_", " reunat ", "", "😀", "&lt;t&gt;", "1"]

# What edits put in: marks of every kind, in the middle of anything.
MARKS = [
    *("<!--", "-->", "<!-- <row> -->", "<![CDATA[", "]]>", "<?x", "?>", "<?x y?>", "<!DOCTYPE a>"),
    *("&amp;", "&#65;", "&#x41;", "&foo;", "&", "&quot;", "&apos;", "\r", "\r\n", "\n", "\t", " ", "\x00", "\x0b"),
    *("\ufffe", "\uffff", "\u00a0", "<", ">", '"', "'", "=", "/", "0", "9", "A", "Z", "_x000D_", "-1", "1e5", "٣"),
    *("<row>", "</row>", '<row r="3">', "<row/>", '<row r="2"/>', "<c>", "</c>", "<c/>", "<v>", "</v>", "<v/>"),
    *('<c r="B2" t="s"><v>1</v></c>', '<c r="C2"><v>46082</v></c>', '<c t="e"><v>#N/A</v></c>', "<f>1</f>", "<x>"),
    *("</x>", "<is>", "</is>", "<t>", "</t>", "<r>", "</r>", "<si>", "</si>", "<si/>", "<si><t>x</t></si>"),
    *("<rPh><t>x</t></rPh>", "</sheetData>", "<sheetData>", "</worksheet>", "<p:row>", "<p:c>", ' t="str"', ' t="s"'),
    *(' t="n"', ' t="b"', ' t="inlineStr"', ' s="1"', ' r="2"', ' r="A1"', ' hidden="1"', ' hidden="TRUE"'),
    *(' spans="1:2"', ' xml:space="preserve"', " x", ' x:y="1"', ' hidden="&#49;"', "99999999", "1048577", "XFE"),
]


def strings_part(chance: random.Random) -> str:
    texts = "".join(
        f"<si><t{chance.choice(['', '', ' xml:space="preserve"'])}>{text}</t></si>{chance.choice(['', '', '\n'])}"
        for text in TEXTS
    )
    return f'<sst xmlns="{MAIN}" count="9">{texts}</sst>'


def cell(chance: random.Random, place: str) -> str:
    style = chance.choice(["", ' s="1"', ' s="0"'])
    content = chance.choice(
        [
            f' t="s"><v>{chance.randrange(len(TEXTS))}</v></c>',
            f' t="inlineStr"><is><t>{chance.choice(TEXTS)}</t></is></c>',
            f' t="inlineStr"><is><t xml:space="preserve">{chance.choice(TEXTS)}</t></is></c>',
            f"><v>{chance.choice(['1', '-2.50', '46082', '1E+3', '0.5', ''])}</v></c>",
            ' t="n"><v>7</v></c>',
            ' t="str"><f>A1</f><v>x</v></c>',
            ' t="b"><v>1</v></c>',
            "/>",
        ]
    )
    return f"<c{place}{style}{content}"


def sheet_part(chance: random.Random) -> str:
    rows, number = [], 0
    for _row in range(chance.randrange(1, 6)):
        number += chance.choice([1, 1, 1, 2])
        named = chance.random() < 0.8
        letters = sorted(chance.sample("ABCDEFGH", chance.randrange(6)))
        cells = "".join(cell(chance, f' r="{letter}{number}"' if named else "") for letter in letters)
        extra = chance.choice(["", ' spans="1:8"', ' spans="1:8" x14ac:dyDescent="0.25"', ' hidden="1"'])
        rows.append(f'<row r="{number}"{extra}>{cells}</row>' + chance.choice(["", "", "\n"]))
    cols = chance.choice(["", '<cols><col min="2" max="2" hidden="1"/></cols>'])
    return f'<worksheet xmlns="{MAIN}">{cols}<sheetData>{"".join(rows)}</sheetData><pageMargins left="1"/></worksheet>'


def edited(chance: random.Random, text: str) -> str:
    for _edit in range(chance.choice([0, 1, 1, 1, 2, 3])):
        at = chance.randrange(len(text))
        end = min(len(text), at + chance.choice([0, 0, 1, 3, 10, 60]))
        put = chance.choice([*MARKS, text[at:end], ""])
        text = text[:at] + put + text[chance.choice([at, end]) :]
    return text


def outcome(content: bytes) -> list[Row] | str:
    try:
        return [row for sheet in open_workbook(content).sheets for row in sheet.rows()]
    except Unreadable as error:
        return str(error)


def by_expat_alone(sheet: str, strings: str, styles: str) -> bytes:
    """A comment before anything else shuts the lane."""
    return packed(
        parts(
            sheet=f"{DECLARATION}<!-- -->{sheet}".encode(),
            strings=f"{DECLARATION}<!-- -->{strings}".encode(),
            styles=styles,
        )
    )


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("first", "cases"), [(0, 200), *(pytest.param(n, 6_000, marks=pytest.mark.long) for n in (1, 2))]
)
def test_an_edited_sheet_means_the_same_by_either_way(first: int, cases: int, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    for case in range(cases):
        chance = random.Random(f"{first} {case}")
        monkeypatch.setattr(container, "CHUNK", chance.choice([16, 100, 1_000, 65_536]))
        sheet, strings = sheet_part(chance), strings_part(chance)
        if chance.random() < 0.8:
            sheet = edited(chance, sheet)
        else:
            strings = edited(chance, strings)
        content = packed(
            parts(sheet=(DECLARATION + sheet).encode(), strings=(DECLARATION + strings).encode(), styles=STYLES)
        )
        expected = outcome(by_expat_alone(sheet, strings, STYLES))
        assert outcome(content) == expected, f"{sheet!r} {strings!r}"
        read += not isinstance(expected, str)
    assert cases / 4 < read < cases * 0.9  # neither all refused nor all whole


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a ]]> b</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a \ufffe b</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a \x0b b</t></is></c></row>',
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 32_767 * 7}x</t></is></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1" r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1" hidden="0" hidden="0"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_what_expat_refuses_the_lane_refuses(row: str) -> None:
    refused = "Työkirja on vioittunut"
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    alone, both = outcome(by_expat_alone(sheet, "<sst/>", STYLES)), outcome(packed(parts(sheet=sheet)))
    assert alone == both
    assert str(both).startswith(refused)


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>x</v></c></row>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="2"><v>42</v></c><c r="B1" s="2"><v>1.5</v></c></row>',
    ],
)
def test_what_is_odd_or_formatted_means_the_same_by_either_way(row: str) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    alone = outcome(by_expat_alone(sheet, "<sst/>", STYLES))
    assert alone == outcome(packed(parts(sheet=sheet, styles=STYLES)))
    assert not isinstance(alone, str)


# ---- what the lane takes ---------------------------------------------------------------------------------------------


def left_to_expat(lane: Callable[[], Lane], data: bytes, size: int) -> bytes:
    seen: list[bytes] = []
    one = lane()
    for at in range(0, len(data), size):
        one.feed(data[at : at + size], seen.append)
    one.finish(seen.append)
    return b"".join(seen)


def taking(wanted: str) -> Callable[[], Lane]:
    """A lane that takes elements of just this text."""

    def take(elements: list[str], start: int) -> int:
        return next((at for at in range(start, len(elements)) if elements[at] != wanted), len(elements))

    return lambda: Lane(b"<d>", b"</e>", take, lambda: True)


@pytest.mark.parametrize("size", [1, 5, 1_000])
def test_expat_gets_all_but_the_elements_taken(size: int) -> None:
    data = b"<a><d><e>1</e><e>2</e><e>1</e></d><z/></a>"
    assert left_to_expat(taking("<e>1"), data, size) == b"<a><d><e>2</e></d><z/></a>"


@pytest.mark.parametrize(
    "data",
    [
        b"<a><!-- --><d><e>1</e></d></a>",
        b"<a><d><!-- <e>1</e> --></d></a>",
        b"<a><d><?x <e>1</e> ?></d></a>",
        b"<a><d><![CDATA[<e>1</e>]]></d></a>",
        b'<?xml version="1.0" encoding="iso-8859-1"?><a><d><e>1</e></d></a>',
        b"<a><e>1</e></a>",
    ],
)
def test_where_an_element_may_be_none_expat_gets_everything(data: bytes) -> None:
    assert left_to_expat(taking("<e>1"), data, 1_000) == data


@pytest.mark.parametrize("shared", [False, True])
def test_rows_of_openpyxl_and_our_own_go_by_the_lane(shared: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[Any]] = [["As Oy Ääni", 12, None, "a & b"], ["B", None, 1.5, "c"]]
    content = write_xlsx("A", ["1", "2", "3", "4"], rows) if shared else book(["1", "2", "3", "4"], *rows)
    seen: list[bytes] = []
    feed = Lane.feed

    def watched(self: Lane, chunk: bytes, parse: Callable[[bytes], None]) -> None:
        def noted(data: bytes) -> None:
            seen.append(data)
            parse(data)

        feed(self, chunk, noted)

    monkeypatch.setattr(Lane, "feed", watched)
    assert [value for _column, value in outcome(content)[2].cells] == ["B", 1.5, "c"]  # type: ignore[union-attr]
    assert b"<row" not in b"".join(seen)
    assert b"<si" not in b"".join(seen)
