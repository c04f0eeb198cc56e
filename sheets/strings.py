"""The texts that a workbook's cells share."""

from sys import getsizeof

from sheets.container import Package, damaged, too_much_text
from sheets.limits import LONGEST_TEXT
from sheets.values import text_of
from sheets.xml import Attributes, feed, local

LONGEST_RAW = LONGEST_TEXT * 7  # each character may be written as _x0000_


class StringsParser:
    """Texts of <si>: its own <t>, or the <t> of each <r> (rich text); phonetic readings (<rPh>) are no text."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.strings: list[str] = []
        self.depth = self.length = 0
        self.pieces: list[str] = []
        self.listening = self.in_run = False

    def start(self, name: str, _attributes: Attributes) -> None:
        self.depth += 1
        depth, name = self.depth, local(name)
        if depth == 2:
            self.pieces, self.length, self.in_run = [], 0, False
        elif depth == 3:
            self.in_run = name == "r"
            self.listening = name == "t"
        elif depth == 4:
            self.listening = self.in_run and name == "t"
        elif depth > self.package.limits.depth:
            raise damaged()

    def end(self, name: str) -> None:
        if self.depth == 2 and local(name) == "si":
            text = text_of("".join(self.pieces))
            self.package.hold(getsizeof(text) + 8)
            self.strings.append(text)
            if len(self.strings) > self.package.limits.strings:
                raise too_much_text()
        self.depth -= 1
        self.listening = False

    def characters(self, text: str) -> None:
        if self.listening:
            self.length += len(text)
            if self.length > LONGEST_RAW:
                raise damaged()
            self.pieces.append(text)


def shared_strings(package: Package, name: str | None) -> list[str]:
    """All of them, by place; none when the workbook keeps its texts in the cells."""
    if name is None or name not in package:
        return []
    parser = StringsParser(package)
    for _chunk in feed(package, name, parser.start, parser.end, parser.characters):
        pass
    return parser.strings
