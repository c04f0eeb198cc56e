"""A short way past expat for the elements of a part that stand there as office programs write them.

A part is read up to where its repeated elements begin (rows, shared strings), then cut into whole elements. Those in
one exact shape are taken by regular expressions, about three times as fast as through expat's handlers; any other, and
all that stands before and after, goes to expat, which never sees the taken ones. Nothing is guessed at: what is taken
means the same to expat, and a part with a comment, CDATA, an instruction or another encoding is left to expat from
there on. tests/sheets/test_fast_path.py compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MOST_HEAD = 64 * 1024  # bytes before the first element; what has more goes to expat
MOST_REST = 1024 * 1024  # bytes of one element
MOST_LEFT = 50  # elements of a stretch that go to expat one by one; more go together with all that follow
DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml ([^<>?]*)\?>")
# No XML holds these, but \r, which expat makes a \n; and "]]>" stands in no text.
NOT_TEXT = bytes([*range(9), *range(11, 32)])
NOR_TEXT = (b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
MARKUP = (b"<!", b"<?")

type Parse = Callable[[bytes], None]


class Lane:
    """Divides a part between `take` and expat.

    `head` is what the elements are looked for by: they begin after it, or with it when `after` is false; each ends in
    `end`. `take` is given elements without their end and from which on to take, and says which is the first that it
    did not take. `at_home` says whether expat stands where such elements stand.
    """

    def __init__(
        self,
        head: bytes,
        end: bytes,
        take: Callable[[list[str], int], int],
        at_home: Callable[[], bool],
        *,
        after: bool = True,
    ) -> None:
        self.head, self.end, self.take, self.at_home, self.after = head, end, take, at_home, after
        self.rest = b""
        self.in_head = self.is_open = True

    def feed(self, chunk: bytes, parse: Parse) -> None:
        """The next bytes of the part; `parse` is expat's."""
        data = self.rest + chunk
        self.rest = b""
        if self.is_open and self.in_head:
            data = self._read_head(data, parse)
        if self.is_open and not self.in_head:
            end = data.rfind(self.end) + len(self.end)
            if end >= len(self.end):
                self._read(data[:end], parse)
                data = data[end:]
        if self.is_open and len(data) <= (MOST_HEAD if self.in_head else MOST_REST):
            self.rest = data
        else:
            self._close(data, parse)

    def finish(self, parse: Parse) -> None:
        self._close(self.rest, parse)

    def _close(self, data: bytes, parse: Parse) -> None:
        """From here on everything goes to expat."""
        self.is_open, self.rest = False, b""
        if data:
            parse(data)

    def _read_head(self, data: bytes, parse: Parse) -> bytes:
        """Gives expat what stands before the elements, and returns what follows."""
        place = data.find(self.head)
        if place < 0:
            return data
        place += len(self.head) * self.after
        head, self.in_head = data[:place], False
        parse(head)
        self.is_open = is_plain(head) and self.at_home()
        return data[place:]

    def _read(self, data: bytes, parse: Parse) -> None:
        """Whole elements, and what stands between them."""
        text = _text(data)
        if text is None:
            parse(data)
            self.is_open = self.at_home() and not any(mark in data for mark in MARKUP)
            return
        end = self.end.decode()
        elements = text.split(end)[:-1]
        at = self.take(elements, 0)
        left = 0
        while at < len(elements):
            parse((elements[at] + end).encode())
            at += 1
            left += 1
            self.is_open = self.at_home()
            if not self.is_open or left > MOST_LEFT:
                parse("".join([element + end for element in elements[at:]]).encode())
                self.is_open = self.is_open and self.at_home()
                return
            at = self.take(elements, at)


def is_plain(head: bytes) -> bool:
    """Whether a part begins as UTF-8 without comments and the like, in which what looks like an element may be none."""
    declared = DECLARATION.match(head)
    if declared is not None and b"encoding" in declared[1] and b"utf-8" not in declared[1].lower():
        return False
    return all(head.find(mark, declared.end() if declared else 0) < 0 for mark in MARKUP)


def _text(data: bytes) -> str | None:
    """None when there is anything in it that expat must judge."""
    if any(mark in data for mark in MARKUP) or any(mark in data for mark in NOR_TEXT):
        return None
    if len(data.translate(None, NOT_TEXT)) < len(data):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
