"""A customers' sheet of any length, as Excel writes it (shared strings) or as most programs do (inline strings).

Every row is different where a customer is: name, business ID with its check digit, number, addresses. Towns, terms and
operators repeat, and a contact has eight customers, as the people of a property manager's office do.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from customers import business_id

HEADINGS = (
    *("Nimi", "Asiakastyyppi", "Yhtiön tunnus", "Asiakasnumero", "Sähköposti", "Puhelin", "Katuosoite"),
    *("Postinumero", "Postitoimipaikka", "Maa", "Laskutusosoite", "Laskutuksen postinumero"),
    *("Laskutuksen postitoimipaikka", "Verkkolaskuosoite", "Välittäjätunnus", "Viite", "Maksuehto (pv)"),
    *("Yhteyshenkilö", "Yhteyshenkilön sähköposti", "Yhteyshenkilön puhelin", "Liitetty alkaen", "Lisätiedot"),
)  # 22; "Kansiot" comes last where there are folders
TOWNS = ("Helsinki", "Espoo", "Tampere", "Vantaa", "Oulu", "Turku", "Jyväskylä", "Kuopio", "Lahti", "Pori", "Äänekoski")
STREETS = ("Puistokatu", "Mäkelänkatu", "Öljytie", "Åbogatan", "Rautatienkatu", "Koivutie", "Satamakatu")
KINDS = (("As Oy", "Taloyhtiö"), ("Kiinteistö Oy", "Yritys"), ("Isännöinti", "Yritys"), ("Koulu", "Kustannuspaikka"))
OPERATORS = ("003723327487", "E204503", "BAWCFI22", "DABAFIHH")
FIRST_NAMES = ("Maija", "Matti", "Åsa", "Väinö", "Irma", "Pekka", "Sointu")
LAST_NAMES = ("Meikäläinen", "Virtanen", "Lindström", "Hämäläinen", "Öhman", "Nieminen")
CUSTOMERS_OF_A_CONTACT = 8
FOLDERS_OF_A_MANAGER = 100
DAY_ZERO = date(1899, 12, 30)  # of Excel's days


def folder_names(number: int) -> tuple[str, str]:
    """The folder above, and the one that row `number` (from 0) attaches."""
    return f"Isännöinti {number // FOLDERS_OF_A_MANAGER + 1}", f"Kohde {number + 1}"


def rows(amount: int, *, folders: bool) -> Iterator[list[str | int | date]]:
    """Every cell filled; all of it can be imported."""
    made = 0
    for digits in range(1_000_000, 10_000_000):
        check = business_id.check_digit(str(digits))
        if check is None:
            continue
        if made == amount:
            return
        yield _row(made, f"{digits}-{check}") + ([" / ".join(folder_names(made))] if folders else [])
        made += 1


def _row(n: int, own_id: str) -> list[str | int | date]:
    town, kind = TOWNS[n % 11], KINDS[n % 4]
    person = n // CUSTOMERS_OF_A_CONTACT
    first, last = FIRST_NAMES[person % 7], LAST_NAMES[person % 6]
    serial = f"{n * 7_919 % 10_000_000:07}"  # digits that look like chance
    phones = (f"040 {serial[:3]} {serial[3:]}", f"+358 50 {serial}", f"044-{serial}", f"045{serial}")
    return [
        *(f"{kind[0]} {town}n {STREETS[n % 7]} {n + 1}", kind[1], own_id, f"A{n + 1:06}"),
        *(f"laskut.{n + 1}@talo{n % 977}.example.fi", phones[n % 4], f"{STREETS[n % 7]} {n % 200 + 1} A {n % 60 + 1}"),
        *(f"{n % 99 * 1000 + 100:05}", town, "Suomi", f"PL {n % 900 + 1}", f"{n % 97 * 1000 + 20:05}", town),
        *(
            f"0037{own_id.replace('-', '')}{n % 100:02}",
            OPERATORS[n % 4],
            f"Tilaus {n % 5_000}",
            (7, 14, 21, 30)[n % 4],
        ),
        *(f"{first} {last} {person + 1}", f"{person + 1}.isannointi@manager{person % 50}.example.com"),
        f"050 {person * 7_907 % 10_000_000:07}",
        date(2015, 1, 1) + timedelta(days=n % 4_000),
        f"Avain {n % 1_000} toimistolla; soita ennen käyntiä.\nLaskut eriteltyinä kohteittain.",
    ]


def write(path: Path, amount: int, *, folders: bool, shared: bool) -> None:
    """The workbook at `path`; about 1 s and 30 MB for 10,000 rows."""
    headings: list[str | int | date] = [*HEADINGS, "Kansiot"] if folders else [*HEADINGS]
    places: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _PARTS.items():
            package.writestr(name, content)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate([headings, *rows(amount, folders=folders)], 1):
                part.write(_row_xml(number, row, places if shared else None).encode())
            part.write(b'</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75"/></worksheet>')
        strings = "".join(f"<si>{_text(text)}</si>" for text in places)
        package.writestr(
            "xl/sharedStrings.xml", f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(places)}">{strings}</sst>'
        )


def _row_xml(number: int, row: list[str | int | date], places: dict[str, int] | None) -> str:
    cells = []
    for column, value in zip("ABCDEFGHIJKLMNOPQRSTUVW", row, strict=False):
        if isinstance(value, date):
            cells.append(f'<c r="{column}{number}" s="1"><v>{(value - DAY_ZERO).days}</v></c>')
        elif isinstance(value, int):
            cells.append(f'<c r="{column}{number}"><v>{value}</v></c>')
        elif places is None:
            cells.append(f'<c r="{column}{number}" t="inlineStr"><is>{_text(value)}</is></c>')
        else:
            cells.append(f'<c r="{column}{number}" t="s"><v>{places.setdefault(value, len(places))}</v></c>')
    return f'<row r="{number}" spans="1:{len(row)}">{"".join(cells)}</row>'


def _text(text: str) -> str:
    return f"<t{' xml:space="preserve"' if '\n' in text else ''}>{escape(text)}</t>"


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Asiakkaat" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
    '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
