"""Text as people type and paste it, brought into the form in which it is kept, compared and searched: one rule for
every form, every cell of an import, every operation and every search.

Letters are composed (NFC), blanks of every kind are plain ones, and what nobody sees is dropped.
"""

from __future__ import annotations

import re
import unicodedata

# Blanks: Unicode's own (Zs), and signs that show nothing though they are letters or symbols.
BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0"
# Signs without a form of their own: what controls the line, its direction and its breaks, and the marks of a file.
UNSEEN = (
    "\x80-\x84\x86-\x9f"  # controls of the second kind, which a wrong encoding leaves behind
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e"  # soft hyphen, joiner of graphemes, fillers, vowel separator
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # width of nothing, invisible signs of mathematics, notes
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # of music; tags, but for those of flags
)
JOINERS = "\u200c\u200d"
VARIANTS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # how the sign before them looks

# Where joiners mean something: behind a letter of a script that joins, and between two signs of one emoji.
_JOINING = "\u0600-\u1099\u1780-\u1cff\ua840-\ua9ff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
_SIGNS = "\xa9\xae\u203c-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
_UNSEEN = re.compile(f"({_FLAG})|[{UNSEEN}]")
_BLANKS = re.compile(f"[{BLANKS}]")
_ALONE = re.compile(rf"(?<!\S)[{JOINERS}{VARIANTS}]+")
_IDLE = re.compile(f"[{JOINERS}](?<![{_JOINING}][{JOINERS}])(?!(?<=[{_SIGNS}].)[{_SIGNS}])", re.DOTALL)
_ODD = re.compile(f"[{BLANKS}{UNSEEN}{JOINERS}{VARIANTS}]")
_LINES = re.compile("\r\n|[\r\x85\u2028\u2029]")

_BASIC = "".join(map(chr, (*range(0x3200), *range(0xFE00, 0xFFFF))))
EDGES = "".join(re.findall(rf"[\t-\r \x85\u2028\u2029{BLANKS}{UNSEEN}]", _BASIC))  # to be stripped of at both ends
JOINS = re.compile(f"[{JOINERS}{VARIANTS}]")  # kept in a text, and of no matter to a search
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what no text that is kept may hold


def one_line(text: str) -> str:
    """`text` on one line: no blanks at its ends, one between two words."""
    return " ".join(seen(text).split())


def many_lines(text: str) -> str:
    """`text` with its lines, and the blanks in them; none at its ends."""
    return _LINES.sub("\n", seen(text)).strip()


def seen(text: str) -> str:
    """`text` without what nobody sees, its letters composed and its blanks plain; its lines as they are. 2 µs."""
    if text.isascii() or (not _ODD.search(text) and unicodedata.is_normalized("NFC", text)):  # nearly every text
        return text
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub(r"\1", text)))
    text, dropped = _IDLE.subn("", _ALONE.sub("", text))
    return seen(text) if dropped else text  # what stood on either side may belong together now
