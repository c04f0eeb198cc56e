"""What a file is that is no workbook which can be read, so that its sender can be told what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheets.limits import Unreadable

if TYPE_CHECKING:
    from sheets.container import Package

LOOKED_AT = 64 * 1024  # bytes
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XLS = gettext_lazy("This is an old Excel workbook (.xls). Save it in Excel as .xlsx and try again.")
XLSB = gettext_lazy("This is a binary Excel workbook (.xlsb). Save it in Excel as .xlsx and try again.")
ODS = gettext_lazy("This is an OpenDocument workbook (.ods). Save it as .xlsx and try again.")
XML = gettext_lazy("This is an XML workbook of Excel 2003. Open it in Excel, save it as .xlsx and try again.")
NUMBERS = gettext_lazy("This is a workbook of Apple Numbers (.numbers). Export it to Excel (.xlsx) and try again.")
RTF = gettext_lazy("This is a text document (RTF). Copy its table into Excel, save it as .xlsx and try again.")
WORD = gettext_lazy("This is a Word document. Copy its table into Excel, save it as .xlsx and try again.")
DBF = gettext_lazy("This is a database file (DBF). Open it in Excel, save it as .xlsx and try again.")
PAGE = gettext_lazy("This is a web page. An Excel workbook (.xlsx) is needed.")
CSV = gettext_lazy("This is a text file (such as CSV). Open it in Excel, save it as .xlsx and try again.")
OTHER_TABLE = gettext_lazy("This is a workbook of another program. Open it in Excel, save it as .xlsx and try again.")
ARCHIVE = gettext_lazy("This is a packed file. Unpack it, and send the workbook (.xlsx) that is in it.")
PICTURE = gettext_lazy("This is a picture. An Excel workbook (.xlsx) is needed.")
PDF = gettext_lazy("This is a PDF file. An Excel workbook (.xlsx) is needed.")
BEGINNINGS: tuple[tuple[Promise, tuple[bytes, ...]], ...] = (
    (XLS, (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")),
    (PDF, (b"%PDF",)),
    (RTF, (b"{\\rtf",)),
    (OTHER_TABLE, (b"ID;P", b"TABLE\r\n", b"TABLE\n", b"\x00\x00\x02\x00", b"\x00\x00\x1a\x00")),  # SYLK, DIF, Lotus
    (ARCHIVE, (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00")),
    (PICTURE, (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")),
)
DBF_VERSIONS = b"\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8e\xcb\xf5\xfb"
MARKUP: tuple[tuple[Promise, tuple[bytes, ...]], ...] = (  # how a text begins, or what stands near its beginning
    (XML, (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="excel.sheet"')),
    (ODS, (b"<office:document",)),
    (PAGE, (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"mime-version:")),
)


def refuse_by_first_bytes(content: bytes) -> None:
    """Raises Unreadable, naming what the file is, when it is anything but a zip."""
    head = content[:LOOKED_AT]
    if not content:
        raise Unreadable(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return
    if head.startswith(OLE):
        raise Unreadable(_of_ole(content))
    for kind, beginnings in BEGINNINGS:
        if head.startswith(beginnings):
            raise Unreadable(str(kind))
    if _is_dbf(content):
        raise Unreadable(str(DBF))
    raise Unreadable(_of_text(head))


def _of_ole(content: bytes) -> str:
    """A container of Office before 2007, or of a newer file with a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("The workbook is protected with a password. Save it without one and try again.")
    names = {name: name.encode("utf-16-le") in content for name in ("WordDocument", "Workbook", "Book")}
    return str(WORD if names["WordDocument"] and not names["Workbook"] else XLS)


def _is_dbf(content: bytes) -> bool:
    """A table of dBase and its like: its version, the day of its last change, and a header of whole fields."""
    if len(content) < 65 or content[0] not in DBF_VERSIONS:
        return False
    month, day, length = content[2], content[3], int.from_bytes(content[8:10], "little")
    return month <= 12 and day <= 31 and 65 <= length <= len(content) and content[length - 1 : length] in (b"\r", b"\0")


def _of_text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2_000]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head[:4_000].decode("utf-16", "ignore").encode().lstrip(b" \t\r\n")
    low = start.lower()
    for kind, marks in MARKUP:
        if low.startswith(marks) or (low.startswith(b"<?xml") and any(mark in low for mark in marks)):
            return str(kind)
    if _is_text(head) and not low.startswith(b"<?xml"):
        return str(CSV)
    return not_excel()


def not_excel() -> str:
    """What is said of a file that is nothing we know."""
    return _("This is not an Excel workbook (.xlsx).")


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\r\n\f" for byte in head)


def refuse_other_packages(package: Package) -> None:
    """Raises Unreadable, naming what the zip is, when it is a known one and no workbook that can be read."""
    names = package.parts.keys()
    if "mimetype" in names:
        kind = next(package.chunks("mimetype"), b"")
        if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            raise Unreadable(str(ODS))
    if "xl/workbook.bin" in names:
        raise Unreadable(str(XLSB))
    if any(name.endswith((".iwa", "index.zip")) for name in names):
        raise Unreadable(str(NUMBERS))
    if "word/document.xml" in names:
        raise Unreadable(str(WORD))
    if "_rels/.rels" not in names and any(name.endswith((".xlsx", ".xlsm", ".xls", ".csv", ".ods")) for name in names):
        raise Unreadable(str(ARCHIVE))
