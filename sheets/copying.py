"""A workbook written again with some of its parts changed: the others are copied packed as they are, never unpacked."""

import copy
import io
import zipfile
from collections.abc import Iterable, Mapping

from sheets.container import Package, damaged

HEADER = 30  # bytes of a part's own header before its name
DESCRIPTOR = 0x08  # flag: the sizes stand behind the bytes
EARLIEST = (1980, 1, 1, 0, 0, 0)

type Pieces = Iterable[bytes | memoryview]


def copied(package: Package, changed: Mapping[str, Pieces], added: Mapping[str, str]) -> bytes:
    """The file with `changed` parts, by lower-case name, and `added` ones at its end."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as target:
        target.comment = package.zip.comment
        for info in package.parts.values():
            if info.filename.lower() in changed:
                _write(target, info.filename, info.date_time, changed[info.filename.lower()])
            else:
                _copy(package, target, output, info)
        for name, text in added.items():
            _write(target, name, EARLIEST, [text.encode()])
    return output.getvalue()


def _write(target: zipfile.ZipFile, name: str, moment: tuple[int, int, int, int, int, int], pieces: Pieces) -> None:
    info = zipfile.ZipInfo(name, moment)
    info.compress_type = zipfile.ZIP_DEFLATED
    with target.open(info, "w") as part:
        for piece in pieces:
            part.write(piece)


def _copy(package: Package, target: zipfile.ZipFile, output: io.BytesIO, info: zipfile.ZipInfo) -> None:
    """zipfile has no call for this; what is set here is what its own writing sets."""
    own = copy.copy(info)
    own.flag_bits &= ~DESCRIPTOR
    own.extra = b""
    own.header_offset = output.tell()
    output.write(own.FileHeader(zip64=False))
    output.write(_packed(package.content, info))
    target.filelist.append(own)
    target.NameToInfo[own.filename] = own
    target.start_dir = output.tell()


def _packed(content: bytes, info: zipfile.ZipInfo) -> memoryview:
    header = content[info.header_offset : info.header_offset + HEADER]
    start = info.header_offset + HEADER + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    packed = memoryview(content)[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise damaged()
    return packed
