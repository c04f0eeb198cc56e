"""The file as a container: what kind it is, and its parts unpacked within limits.

The order of the guards matters: nothing is unpacked before the list of parts is known to be sound, and no size that the
file declares is believed.
"""

import io
import logging
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from sheets.kinds import refuse_by_first_bytes
from sheets.limits import MEGABYTE, Limits, Unreadable

CHUNK = 64 * 1024
ENTRY = b"PK\x01\x02"  # begins each entry of a zip's list of parts
ENCRYPTED = 0x1  # flag of a part
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

logger = logging.getLogger(__name__)


def damaged() -> Unreadable:
    """What is said of a file that breaks its format's rules."""
    return Unreadable(_("The workbook is damaged. Open it in Excel, save it again as .xlsx, and try with that file."))


def too_many_cells() -> Unreadable:
    """What is said of a file with more cells than are read."""
    return Unreadable(_("The workbook has too many cells. Divide it into several files."))


def too_much_text() -> Unreadable:
    """What is said of a file with more text than is kept."""
    return Unreadable(_("The workbook holds too much text. Divide it into several files."))


class Package:
    """The parts of an .xlsx file by name; whatever is read through it is counted against `limits`."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.content, self.limits = content, limits
        self.unpacked = self.packed = self.text = self.tags = 0
        self.spent = 0.0  # seconds of computing
        if len(content) > limits.size:
            raise Unreadable(
                _("The file is too large: at most %(size)d MB is taken.") % {"size": limits.size // MEGABYTE}
            )
        refuse_by_first_bytes(content)
        if content.count(ENTRY) > limits.parts:  # before zipfile makes an object of each
            raise Unreadable(_("The workbook has too many parts."))
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:
            logger.debug("not a whole zip", exc_info=True)
            raise damaged() from error
        self.parts = _parts_by_name(self.zip.infolist())
        self.opened: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.parts

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, unpacked piece by piece. Raises Unreadable past a limit, or when it is not whole."""
        info = self.parts.get(name.lower())
        if info is None:
            raise damaged()
        if info.flag_bits & ENCRYPTED:
            raise Unreadable(_("The workbook is protected with a password. Save it without one and try again."))
        if name.lower() not in self.opened:  # a part counts once, however often it is named
            self.opened.add(name.lower())
            self.packed += info.compress_size
        with self.zip.open(info) as part:
            while True:
                with self.timed():
                    chunk = part.read(CHUNK)
                if not chunk:
                    break
                self.unpacked += len(chunk)
                self.tags += chunk.count(b"<") + chunk.count(b"/>")
                yield chunk

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Counts the time taken inside, and not what the reader's caller does with the rows in between."""
        began = time.thread_time()
        yield
        self.spent += time.thread_time() - began
        self._check()

    def _check(self) -> None:
        """Raises Unreadable when more has come out, or taken more time, than a file of this size deserves."""
        limits, megabytes = self.limits, self.packed / MEGABYTE
        most = min(limits.unpacked, max(limits.free, limits.ratio * self.packed))
        most_tags = min(limits.tags, limits.free_tags + limits.tags_per_megabyte * megabytes)
        if self.unpacked > most or self.tags > most_tags:
            raise Unreadable(
                _("The workbook unpacks to too much data. Copy its rows into a new workbook and try again.")
            )
        if self.spent > limits.seconds + limits.seconds_per_megabyte * megabytes:
            raise Unreadable(_("The workbook takes too long to read. Copy its rows into a new workbook and try again."))

    def hold(self, size: int) -> None:
        """Counts `size` bytes of text that stay in memory."""
        self.text += size
        if self.text > self.limits.text:
            raise too_much_text()


def _parts_by_name(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Parts by lower-case name with "/" between folders. Refuses lists that no office program writes."""
    parts: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        name = info.filename.replace("\\", "/").lower()
        name = name.lstrip("/")  # some programs write each so
        if ".." in name.split("/") or name[1:2] == ":":
            raise Unreadable(_("This is not an Excel workbook: it names files outside itself."))
        if name in parts or info.header_offset < end or info.compress_type not in PACKINGS:
            raise damaged()
        end = info.header_offset + 30 + info.compress_size  # 30: the shortest header before a part's bytes
        parts[name] = info
    return parts
