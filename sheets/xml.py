"""A part's XML, streamed through expat within limits: no document type, no deep nesting, no endless token or names."""

from collections.abc import Callable, Iterator
from typing import NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _

from sheets.container import Package, damaged
from sheets.fast_path import Lane
from sheets.limits import Unreadable

type Attributes = dict[str, str]


def local(name: str) -> str:
    """The name without its prefix: namespaces are not resolved, so every spelling of them is read alike."""
    return name.rpartition(":")[2]


def refuse_document_type(*_arguments: object) -> NoReturn:
    raise Unreadable(_("The workbook holds an XML document type, which Excel never writes."))


def feed(
    package: Package,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
    lane: Lane | None = None,
) -> Iterator[None]:
    """Parses the part, and stops after each chunk so that the caller can take what the handlers have gathered.

    With a lane only what it does not take.

    expat keeps a token whole and each new name for ever, so both are bounded here; the handlers bound the depth.
    """
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_document_type
    fed = passed = 0

    def parse(data: bytes) -> None:
        nonlocal fed, passed
        parser.Parse(data, False)  # noqa: FBT003 – expat takes no keywords
        fed += len(data)
        passed = max(passed, parser.CurrentByteIndex)
        if fed - passed > package.limits.token or len(names) > package.limits.names:
            raise damaged()

    for chunk in package.chunks(name):
        with package.timed():
            if lane is None:
                parse(chunk)
            else:
                lane.feed(chunk, parse)
        yield
    if lane is not None:
        lane.finish(parse)
    parser.Parse(b"", True)  # noqa: FBT003
    yield


class Path:
    """Handlers for small parts: calls `found` with the local names down to an element, and its attributes."""

    def __init__(self, package: Package, found: Callable[[tuple[str, ...], Attributes], None]) -> None:
        self.limit, self.found, self.path = package.limits.depth, found, ()

    path: tuple[str, ...]

    def start(self, name: str, attributes: Attributes) -> None:
        if len(self.path) >= self.limit:
            raise damaged()
        self.path = (*self.path, local(name))
        self.found(self.path, attributes)

    def end(self, _name: str) -> None:
        self.path = self.path[:-1]


def elements(package: Package, name: str, found: Callable[[tuple[str, ...], Attributes], None]) -> None:
    """Calls `found` for each element of a part."""
    path = Path(package, found)
    for _chunk in feed(package, name, path.start, path.end):
        pass
