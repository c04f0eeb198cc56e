"""The texts that a workbook's cells share."""

import re
from sys import getsizeof

from sheets.container import Package, damaged, too_much_text
from sheets.fast_path import Lane
from sheets.limits import LONGEST_TEXT
from sheets.values import text_of
from sheets.xml import Attributes, feed, local

LONGEST_RAW = LONGEST_TEXT * 7  # each character may be written as _x0000_


PLAIN = re.compile(r'[ \t\n]*<si><t(?: xml:space="preserve")?>([^<]*)</t>')
REFERENCE = re.compile("&(?:lt|gt|quot|apos|amp);")


def are_plain(text: str) -> bool:
    """Whether the only references in a piece of XML are the five that every XML knows."""
    return len(REFERENCE.findall(text)) == text.count("&")


def unescaped(text: str) -> str:
    """The text without XML's five references."""
    return (
        text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&apos;", "'")
        .replace("&amp;", "&")
    )


class StringsParser:
    """Texts of <si>: its own <t>, or the <t> of each <r> (rich text); phonetic readings (<rPh>) are no text."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.strings: list[str] = []
        self.depth = self.length = self.counted = self.plain = 0
        self.pieces: list[str] = []
        self.listening = self.in_run = False

    def start(self, name: str, _attributes: Attributes) -> None:
        self.depth += 1
        depth = self.depth
        if ":" in name:
            name = local(name)
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
        if self.depth == 2 and (name == "si" or local(name) == "si"):
            self.strings.append(text_of(self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)))
        self.depth -= 1
        self.listening = False

    def characters(self, text: str) -> None:
        if self.listening:
            self.length += len(text)
            if self.length > LONGEST_RAW:
                raise damaged()
            self.pieces.append(text)

    def take(self, elements: list[str], start: int) -> int:
        """Elements of one plain text, for the lane; the first that is anything else stops it."""
        for at in range(start, len(elements)):
            element = elements[at]
            found = PLAIN.fullmatch(element)
            if found is None or len(element) > LONGEST_RAW or ("&" in element and not are_plain(element)):
                return at
            self.strings.append(text_of(unescaped(found[1]) if "&" in element else found[1]))
            self.plain += 1
        return len(elements)

    def count(self) -> None:
        """Counts the texts that have come since it was last called. Raises Unreadable for too many.

        One that is not plain takes three times as long to read, and counts twice.
        """
        fresh = self.strings[self.counted :]
        self.package.hold(sum(map(getsizeof, fresh)) + 8 * len(fresh))
        self.counted = len(self.strings)
        others = self.counted - self.plain
        if self.counted + others > self.package.limits.strings:
            raise too_much_text()


def shared_strings(package: Package, name: str | None) -> list[str]:
    """All of them, by place; none when the workbook keeps its texts in the cells. About 1 µs a text."""
    if name is None or name not in package:
        return []
    parser = StringsParser(package)
    lane = Lane(b"<si>", b"</si>", parser.take, lambda: parser.depth == 1, after=False)
    for _chunk in feed(package, name, parser.start, parser.end, parser.characters, lane):
        parser.count()
    return parser.strings
