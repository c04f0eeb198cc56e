"""A part's XML changed in place: bytes are cut in at places found by tags, and every other byte stays as it is.

Only for parts that have been read through already, so that they are known to be whole. Where a tag could be looked for
in vain, or be found where none is (comments, CDATA, another encoding, another namespace), the part is Unusual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from sheets.fast_path import is_plain
from sheets.limits import Unreadable

# No "<" stands inside a tag, and ">" only between quotation marks.
INSIDE = rb"""((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>"""
ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)(?=[\s/>])" + INSIDE)
TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)(?=[\s/>])" + INSIDE)


class Unusual(Unreadable):
    """The part is written in a way that is not changed here."""


class Edit(NamedTuple):
    """Bytes put in the place of those from `start` to `end`."""

    start: int
    end: int
    content: bytes


def attribute(attributes: bytes, name: str) -> str | None:
    """The value of an attribute; Unusual when it is written with references such as &#49;."""
    found = _attribute(name).search(attributes)
    if found is None:
        return None
    value = found[2]
    if b"&" in value:
        raise Unusual
    return value.decode()


def with_attribute(attributes: bytes, name: str, value: str) -> bytes:
    """The attributes with this one set to `value`, or added as the first."""
    written = f" {name}={quoteattr(value)}".encode()
    changed, count = _attribute(name).subn(lambda _found: written, attributes)
    return changed if count else written + attributes


@cache
def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"""\s%b\s*=\s*(["'])(.*?)\1""" % name.encode(), re.DOTALL)


class Markup:
    """The bytes of one part. Elements are named as in its root's namespace, whatever prefix that has."""

    def __init__(self, data: bytes, root: str, namespace: str) -> None:
        self.data = data
        found = ROOT.search(data)
        if found is None or not is_plain(data):
            raise Unusual
        prefix = found[1].decode() if found[1] else ""
        declared = attribute(found[3], f"xmlns:{prefix}" if prefix else "xmlns")
        if found[2].decode() != root or declared != namespace:
            raise Unusual
        self.prefix = f"{prefix}:" if prefix else ""
        self.root = found

    def tags(self, name: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[bytes]]:
        """Start tags of the elements; the first group holds the attributes, with "/" at the end of an empty one."""
        pattern = re.compile(b"<" + self.name(name) + rb"(?=[\s/>])" + INSIDE)
        return pattern.finditer(self.data, start, len(self.data) if end is None else end)

    def name(self, name: str) -> bytes:
        return f"{self.prefix}{name}".encode()

    def element(self, name: str) -> tuple[re.Match[bytes], int]:
        """The first such element that has a content: its start tag, and where its end tag begins."""
        tag = next(self.tags(name), None)
        if tag is None or is_empty(tag):
            raise Unusual
        return tag, self.end_of(name, tag)

    def end_of(self, name: str, tag: re.Match[bytes]) -> int:
        """Where the end tag of an element begins that holds no other of its name."""
        end = self.data.find(b"</" + self.name(name), tag.end())
        if end < 0:
            raise Unusual
        return end

    def children(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Where each element begins that stands in this stretch and in no other there, and its name."""
        depth = 0
        for tag in TAG.finditer(self.data, start, end):
            if tag[1]:
                depth -= 1
                continue
            if depth == 0:
                yield tag.start(), tag[2]
            depth += not tag[3].endswith(b"/")

    def append(self, name: str, *elements: Mapping[str, str]) -> Edit:
        """Adds empty elements with these attributes at the end of the root's content."""
        content = b"".join(self.empty(name, attributes) for attributes in elements)
        if not is_empty(self.root, 3):
            end = self.data.rfind(b"</")
            return Edit(end, end, content)
        opened = self.data[self.root.start() : self.root.end() - 2]
        return Edit(*self.root.span(), opened + b">" + content + b"</" + self.name(self.root[2].decode()) + b">")

    def empty(self, name: str, attributes: Mapping[str, str]) -> bytes:
        """<name …/>"""
        written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        return b"<" + self.name(name) + written.encode() + b"/>"

    def pieces(self, edits: list[Edit]) -> Iterator[bytes | memoryview]:
        """The part with the edits, which stand in order and apart; what stays is not copied."""
        data, at = memoryview(self.data), 0
        for edit in edits:
            yield data[at : edit.start]
            yield edit.content
            at = edit.end
        yield data[at:]


def is_empty(tag: re.Match[bytes], group: int = 1) -> bool:
    """Whether the element is written as one tag, <name/>; the group holds its attributes."""
    return tag[group].endswith(b"/")
