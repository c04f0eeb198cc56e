"""The user's own workbook with its wrong cells filled red and commented, and every other part as it was.

Nothing is loaded and saved by a library, which would lose pictures and saved values: the sheet and its styles are
changed in place (sheets/xml_patch.py), the comments are added, and the other parts are copied (sheets/copying.py).
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from sheets.comments import Note, boxes_xml, comments_xml, own_notes
from sheets.container import Package
from sheets.copying import Pieces, copied
from sheets.highlight_styles import Styles, mark_cells
from sheets.limits import MEGABYTE, Limits, Unreadable
from sheets.places import column_number
from sheets.problems import LISTED, Problem, Problems
from sheets.reading import Target, one_sentence, relationships, relationships_part, workbook_part
from sheets.tables import Table
from sheets.writing import HEAD, MAIN, OFFICE, PACKAGE, XLSX_FAMILY
from sheets.xml import elements
from sheets.xml_patch import Edit, Markup, Unusual

MOST_MARKED = LISTED  # problems
MOST_UNPACKED = 64 * MEGABYTE  # of the parts that are changed, which are held in memory
COMMENTS_TYPE, BOXES_TYPE = f"{XLSX_FAMILY}.comments+xml", "application/vnd.openxmlformats-officedocument.vmlDrawing"
COMMENTS_ID, BOXES_ID = "rIdProblems", "rIdProblemBoxes"
OBJECT_TYPE = re.compile(rb"""ObjectType\s*=\s*["'](\w+)""")
CONTENT_TYPES = "[Content_Types].xml"
AFTER_COMMENTS = {  # what may stand in a worksheet behind the reference to the comments' boxes
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
}


class NotMarked(Unreadable):
    """The file cannot be marked; the message is a translated sentence for the user."""


class Marking:
    """What marks the file. Making it raises NotMarked when the file cannot be marked safely; 0.2 s for 20,000 rows."""

    def __init__(self, content: bytes, table: Table, problems: Problems, limits: Limits) -> None:
        if problems.total > MOST_MARKED:
            most = {"most": MOST_MARKED}
            raise NotMarked(_("Your own file is marked when it has at most %(most)d problems.") % most)
        self.changed: dict[str, tuple[Markup, list[Edit]]] = {}  # by name of the part
        self.added: dict[str, str] = {}
        self.replaced: dict[str, str] = {}
        try:
            with one_sentence():
                self.package = Package(content, replace(limits, unpacked=MOST_UNPACKED))
                self._mark(table.part, table.heading_row, notes_of(problems, min(table.places.values())))
        except NotMarked:
            raise
        except Unreadable as error:
            raise NotMarked(
                _("Your own file cannot be marked: its sheet is too large, or not written as Excel writes it.")
            ) from error

    def write(self) -> bytes:
        """The marked file."""
        changed: dict[str, Pieces] = {name.lower(): [text.encode()] for name, text in self.replaced.items()}
        changed |= {name.lower(): markup.pieces(edits) for name, (markup, edits) in self.changed.items()}
        return copied(self.package, changed, self.added)

    def _mark(self, part: str, heading_row: int, notes: Sequence[Note]) -> None:
        package = self.package
        if any(
            info.filename.startswith("/") or "\\" in info.filename or "_xmlsignatures/" in info.filename
            for info in package.zip.infolist()
        ):
            raise Unusual
        workbook = workbook_part(package)
        related = [*relationships(package, part).values()]
        has_comments = bool({target.kind for target in related} & {"comments", "threadedComment"})
        styles_part = next(
            target.part for target in relationships(package, workbook).values() if target.kind == "styles"
        )
        sheet, styles = self._markup(part, "worksheet"), Styles(self._markup(styles_part, "styleSheet"))
        marks = [*mark_cells(sheet, notes, styles)]
        self.changed[part] = sheet, marks if has_comments else [*marks, _refer_to_boxes(sheet)]
        self.changed[styles_part] = styles.markup, styles.edits()
        if has_comments:
            self._replace_comments(related, heading_row, notes)
        else:
            self._add_comments(part, posixpath.dirname(workbook), notes)

    def _replace_comments(self, related: Sequence[Target], heading_row: int, notes: Sequence[Note]) -> None:
        """In a sheet of ours: the headings keep their help, and what was said of cells gives way to what is said now.
        Comments of anybody else stay as they are, with all else of theirs: then the file is not marked.
        """
        parts = {
            kind: [target.part for target in related if target.kind == kind]
            for kind in ("comments", "vmlDrawing", "threadedComment")
        }
        own = None
        if [len(found) for found in parts.values()] == [1, 1, 0] and self._has_only_notes(parts["vmlDrawing"][0]):
            own = own_notes(self.package, parts["comments"][0])
        if own is None:
            raise NotMarked(_("Your own file cannot be marked: its sheet has comments already."))
        cells = {(note.row, note.column) for note in notes}
        help_texts = [note for note in own if note.row == heading_row and (note.row, note.column) not in cells]
        every = sorted([*help_texts, *notes])
        self.replaced = {parts["comments"][0]: comments_xml(every), parts["vmlDrawing"][0]: boxes_xml(every)}

    def _has_only_notes(self, part: str) -> bool:
        """Whether the drawing holds no buttons and the like beside the comments' boxes."""
        data = b"".join(self.package.chunks(part))
        return set(OBJECT_TYPE.findall(data)) <= {b"Note"}

    def _markup(self, part: str, root: str, namespace: str = MAIN) -> Markup:
        data = io.BytesIO()
        for chunk in self.package.chunks(part):
            data.write(chunk)
        return Markup(data.getvalue(), root, namespace)

    def _add_comments(self, part: str, folder: str, notes: Sequence[Note]) -> None:
        comments = self._free_name(f"{folder}/comments", ".xml")
        boxes = self._free_name(f"{folder}/drawings/vmlDrawing", ".vml")
        self.added |= {comments: comments_xml(notes), boxes: boxes_xml(notes)}
        elements(self.package, CONTENT_TYPES, lambda _path, _attributes: None)  # nobody has read it through until now
        types = self._markup(CONTENT_TYPES, "Types", f"{PACKAGE}/content-types")
        overrides = [
            {"PartName": f"/{comments}", "ContentType": COMMENTS_TYPE},
            {"PartName": f"/{boxes}", "ContentType": BOXES_TYPE},
        ]
        self.changed[CONTENT_TYPES] = types, [types.append("Override", *overrides)]
        targets = [
            {"Id": COMMENTS_ID, "Type": f"{OFFICE}/comments", "Target": f"/{comments}"},
            {"Id": BOXES_ID, "Type": f"{OFFICE}/vmlDrawing", "Target": f"/{boxes}"},
        ]
        own = relationships_part(part)
        if own in self.package:
            related = self._markup(own, "Relationships", f"{PACKAGE}/relationships")
            if COMMENTS_ID.encode() in related.data:
                raise Unusual
            self.changed[own] = related, [related.append("Relationship", *targets)]
        else:
            related = Markup(
                f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode(),
                "Relationships",
                f"{PACKAGE}/relationships",
            )
            self.added[own] = HEAD + b"".join(related.pieces([related.append("Relationship", *targets)])).decode()

    def _free_name(self, stem: str, ending: str) -> str:
        names = (f"{stem}{number}{ending}".lstrip("/") for number in range(1, len(self.package.parts) + 2))
        return next(name for name in names if name not in self.package)


def notes_of(problems: Iterable[Problem], first: int) -> list[Note]:
    """A comment for each wrong cell, by row and column; in the `first` column for one that the file lacks."""
    cells: dict[tuple[int, int], list[str]] = {}
    for problem in problems:
        place = problem.row, column_number(problem.column) or first
        cells.setdefault(place, []).append(explained(problem))
    return [Note(*place, "\n".join(texts)) for place, texts in sorted(cells.items())]


def explained(problem: Problem) -> str:
    """What is wrong, and what would be right, as the text of a note."""
    return "\n".join(filter(None, (problem.text, problem.right)))


def _refer_to_boxes(sheet: Markup) -> Edit:
    """Names the drawing with the comments' boxes, in its place behind the rows."""
    _tag, end = sheet.element("sheetData")
    place = sheet.data.rfind(b"</")
    for start, name in sheet.children(sheet.data.index(b">", end) + 1, place):
        own = name.decode().removeprefix(sheet.prefix)
        if own == "legacyDrawing" or ":" in own:  # boxes that stand there already; a choice between two ways
            raise Unusual
        if own in AFTER_COMMENTS:
            place = start
            break
    reference = sheet.empty("legacyDrawing", {"xmlns:r": OFFICE, "r:id": BOXES_ID})
    return Edit(place, place, reference)
