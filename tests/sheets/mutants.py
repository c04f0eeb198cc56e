"""Workbooks that are whole but for a few bytes or parts, read as an import reads them:

    python -m tests.sheets.mutants FIRST COUNT

prints for each way it can end how often it did, then the longest reading in seconds of computing and the process's
highest memory in MB. Ends with a traceback for a mutant that ends in anything but a table or a sentence.
"""

from __future__ import annotations

import io
import random
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

GIVEN = Path(__file__).parent / "workbooks"
PIECES = (
    *(
        b"NaN",
        b"+14",
        b"-1",
        b"1e999",
        b"9" * 60,
        b"",
        b"a1",
        b"XFD1048576",
        b"1048577",
        b"&#0;",
        b"&amp;",
        b"<v>",
        b"</c>",
    ),
    *(b"<is><t>x</t></is>", b't="s"', b't="inlineStr"', b't="d"', b's="65535"', b"<f>1+1</f>", b"\xff", b"\0", b"<!--"),
    *(b'<mergeCell ref="A1:XFD1048576"/>', b'<mergeCell ref="C3:B2"/>', b'formatCode="[&gt;1]0;0"', b"_xD800_", b"]]>"),
)
NUMBER = re.compile(rb"\d+")
Parts = dict[str, bytes]


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Parts) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return output.getvalue()


def cut(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(1, 60) :]


def doubled(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start : start + chance.randrange(1, 300)] + data[start:]


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def inserted(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + chance.choice(PIECES) + data[start:]


def renumbered(chance: random.Random, data: bytes) -> bytes:
    found = list(NUMBER.finditer(data))
    if not found:
        return data
    number = chance.choice(found)
    return data[: number.start()] + chance.choice(PIECES) + data[number.end() :]


def between_tags(chance: random.Random, data: bytes) -> bytes:
    ends = [place.end() for place in re.finditer(rb">", data)]
    at = chance.choice(ends) if ends else 0
    return data[:at] + chance.choice(PIECES) + data[at:]


EDITS: tuple[Callable[[random.Random, bytes], bytes], ...] = (cut, doubled, flipped, inserted, renumbered, between_tags)


def mutant(chance: random.Random, whole: bytes) -> bytes:
    kind = chance.random()
    if kind < 0.1:
        return chance.choice((cut, flipped, doubled))(chance, whole)
    parts = parts_of(whole)
    name = chance.choice(sorted(parts))
    if kind < 0.15:
        del parts[name]
    elif kind < 0.2:
        parts[chance.choice([f"/{name}", name.upper(), f"x{name}", name.replace("/", "\\")])] = parts.pop(name)
    else:
        likely = [part for part in parts if "sheet" in part.lower() or "styles" in part or "workbook" in part]
        name = chance.choice(likely or [name])
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            parts[name] = chance.choice(EDITS)(chance, parts[name])
    return packed(parts)


def read(content: bytes) -> str:
    from customers.importing.columns import IMPORTED
    from sheets.importing.reading import limits
    from sheets.limits import Unreadable
    from sheets.packing import packed as packed_cells
    from sheets.tables import read_table

    kept: list[str] = []
    try:
        read_table(
            content,
            IMPORTED,
            limits(),
            most_rows=20_000,
            by_hand=True,
            keeping=lambda: lambda row: kept.append(packed_cells(row.cells)),
        )
    except Unreadable as error:
        return str(error)
    return "read"


def main(first: int, count: int) -> None:
    import django

    django.setup()
    from django.utils import translation

    paths = [path for path in sorted(GIVEN.glob("*/*.xls[xm]")) if path.parent.name != "hostile"]
    wholes = [
        content for content in map(Path.read_bytes, paths) if content[:4] == b"PK\x03\x04" and len(content) < 60_000
    ]
    ended: Counter[str] = Counter()
    longest = 0.0
    with translation.override("en"):
        for number in range(first, first + count):
            chance = random.Random(number)
            content = mutant(chance, chance.choice(wholes))
            began = time.process_time()
            try:
                ended[read(content)] += 1
            except BaseException:
                print(f"mutant {number}", file=sys.stderr)
                raise
            longest = max(longest, time.process_time() - began)
    memory = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    for sentence, times in ended.most_common():
        print(times, sentence)
    print(longest, int(memory[1]) / 1000 if memory else 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
