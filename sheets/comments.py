"""Comments on cells as the parts of a workbook hold them: their texts, and the boxes that they are shown in."""

from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape

from sheets.cells import REFERENCE
from sheets.container import Package
from sheets.limits import LAST_COLUMN, LAST_ROW
from sheets.places import column_letters, column_number
from sheets.values import text_of
from sheets.writing import HEAD, LONGEST_TEXT, MAIN, escaped
from sheets.xml import Attributes, feed, local

AUTHOR = "Spotilla Asiakkaat"
BLOCK = 97  # of 1,024 numbers of shapes: one that no other drawing of the workbook is likely to have
LETTERS_A_LINE = 34
COLUMNS_WIDE, MOST_LINES = 4, 20


class Note(NamedTuple):
    """A comment of a cell; rows and columns from 1."""

    row: int
    column: int
    text: str


def comments_xml(notes: Iterable[Note]) -> str:
    """The part with the texts."""
    comments = "".join(
        f'<comment ref="{column_letters(note.column)}{note.row}" authorId="0"><text>'
        f'<t xml:space="preserve">{escape(escaped(note.text[:LONGEST_TEXT]))}</t></text></comment>'
        for note in notes
    )
    return (
        f'{HEAD}<comments xmlns="{MAIN}"><authors><author>{AUTHOR}</author></authors>'
        f"<commentList>{comments}</commentList></comments>"
    )


def own_notes(package: Package, part: str) -> list[Note] | None:
    """The comments of a part, if all of them are ours; None when anybody else has written one."""
    comments = _Comments()
    for _chunk in feed(package, part, comments.start, comments.end, comments.text):
        pass
    return comments.notes if set(comments.authors) <= {AUTHOR} else None


class _Comments:
    """Handlers for comments (1) > authors (2) > author, and > commentList (2) > comment > text > t or r > t."""

    def __init__(self) -> None:
        self.authors: list[str] = []
        self.notes: list[Note] = []
        self.reference, self.pieces = "", list[str]()

    def start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        if name in {"author", "comment"}:
            self.pieces = []
            self.reference = attributes.get("ref", "")

    def text(self, text: str) -> None:
        self.pieces.append(text)

    def end(self, name: str) -> None:
        name = local(name)
        if name == "author":
            self.authors.append("".join(self.pieces))
        elif name == "comment" and (found := REFERENCE.fullmatch(self.reference)):
            self.notes.append(Note(int(found[2]), column_number(found[1]), text_of("".join(self.pieces))))


def boxes_xml(notes: Iterable[Note]) -> str:
    """The drawing with a hidden box for each comment; without it Excel shows none."""
    shapes = "".join(_box(number, note) for number, note in enumerate(notes, 1))
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        f'<o:idmap v:ext="edit" data="{BLOCK}"/></o:shapelayout><v:shapetype id="_x0000_t202" '
        'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        f'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>{shapes}</xml>'
    )


def lines_of(text: str) -> int:
    """How many lines its box shows, about."""
    return min(MOST_LINES, sum(1 + len(line) // LETTERS_A_LINE for line in text.splitlines()))


def _box(number: int, note: Note) -> str:
    left, top = min(note.column, LAST_COLUMN - COLUMNS_WIDE - 1), max(0, min(note.row, LAST_ROW - MOST_LINES - 2) - 2)
    right, bottom = left + COLUMNS_WIDE, top + lines_of(note.text) + 1
    return (
        f'<v:shape id="_x0000_s{BLOCK * 1024 + number}" type="#_x0000_t202" style="position:absolute;'
        'margin-left:60pt;margin-top:2pt;width:240pt;height:80pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{left}, 15, {top}, 10, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{note.row - 1}</x:Row><x:Column>{note.column - 1}</x:Column></x:ClientData></v:shape>"
    )
