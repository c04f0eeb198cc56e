"""What an import wrote goes back field by field, by the values themselves: of all four things alike."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from customers.importing.spec import CUSTOMERS
from customers.importing_contacts.spec import CONTACTS
from customers.importing_folders.spec import FOLDERS
from customers.models import Contact, Customer
from folders.importing_spots.spec import SPOTS
from folders.models import Folder, Spot
from sheets.importing.import_types import ImportType
from sheets.importing.undoing import NotUndone
from sheets.limits import Limits
from sheets.models import LedgerEntry, Upload
from sheets.tables import read_table
from tests import factories
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# A thing, its model, and two fields, each with the column of the sheet that writes it.
THINGS: list[tuple[ImportType, type[Any], dict[str, str]]] = [
    (CUSTOMERS, Customer, {"name": "name", "city": "city"}),
    (CONTACTS, Contact, {"name": "name", "phone": "phone"}),
    (FOLDERS, Folder, {"name": "folder", "description": "description"}),
    (SPOTS, Spot, {"name": "name", "description": "description"}),
]
each_thing = pytest.mark.parametrize(("thing", "model", "fields"), THINGS, ids=[thing.key for thing, *_ in THINGS])


def make(model: type[Any], name: str) -> Any:
    if model is Spot:
        return factories.spot(factories.folder("Talo"), name)
    return model.objects.create(name=name) if model is not Folder else factories.folder(name)


def write(thing: ImportType, row: Any, fields: dict[str, str], **values: str) -> Upload:
    """An import of one row, as our own export has it, that gives some fields other values."""
    row.refresh_from_db()
    cells: dict[str, Any] = {"id": row.pk, "version": version_of(row), fields["name"]: row.name}
    if isinstance(row, Spot):
        cells["folder"] = row.folder.name
    cells |= {fields[name]: value for name, value in values.items()}
    content = book([thing.by_key[key].headings[0] for key in cells], [*cells.values()])
    upload = Upload(about=thing.key, name="a.xlsx", content=content, update=True)
    table = read_table(content, thing.imported, Limits(), most_rows=50)
    thing.save(table, update=True, by=None, upload=upload)
    upload.refresh_from_db()
    return upload


def version_of(row: Any) -> int:
    """As an export of this moment has it."""
    if isinstance(row, Contact):
        return row.changes.order_by("-pk").values_list("pk", flat=True)[0]
    return int(row.version)


def undo(thing: ImportType, upload: Upload) -> None:
    assert thing.undoing is not None
    thing.undoing.undo(upload, by=None)


def edit(row: Any, **values: str) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)


def values(row: Any, fields: dict[str, str]) -> list[str]:
    row.refresh_from_db()
    return [getattr(row, name) for name in fields]


@each_thing
def test_a_field_goes_back_when_another_has_been_edited(
    thing: ImportType, model: type[Any], fields: dict[str, str]
) -> None:
    row, (name, other) = make(model, "Vanha"), fields
    edit(row, **{other: "+358401234567"})
    upload = write(thing, row, fields, **{name: "Uusi", other: "+358407654321"})
    assert values(row, fields) == ["Uusi", "+358407654321"]
    edit(row, **{other: "+358409999999"})
    undo(thing, upload)
    assert values(row, fields) == ["Vanha", "+358409999999"]


@each_thing
def test_what_was_edited_and_put_back_goes_back(thing: ImportType, model: type[Any], fields: dict[str, str]) -> None:
    row = make(model, "Vanha")
    upload = write(thing, row, fields, name="Uusi")
    edit(row, name="Käsin")
    edit(row, name="Uusi")
    undo(thing, upload)
    assert values(row, fields)[0] == "Vanha"


@each_thing
def test_what_a_later_import_has_written_again_stays_until_that_is_undone(
    thing: ImportType, model: type[Any], fields: dict[str, str]
) -> None:
    row = make(model, "Vanha")
    first = write(thing, row, fields, name="Uusi")
    edit(row, name="Käsin")
    second = write(thing, row, fields, name="Uusi")
    with pytest.raises(NotUndone):  # the name is the same, but the later import has written it
        undo(thing, first)
    undo(thing, second)
    assert values(row, fields)[0] == "Käsin"
    edit(row, name="Uusi")
    undo(thing, first)
    assert values(row, fields)[0] == "Vanha"


@each_thing
@pytest.mark.parametrize("seed", range(5))
def test_random_imports_edits_and_undoings(
    thing: ImportType, model: type[Any], fields: dict[str, str], seed: int
) -> None:
    """Beside a plain list of what each import wrote."""
    choose, rows = Random(seed), [make(model, f"Vanha {number}") for number in range(3)]
    words = [f"+35840123456{number}" for number in range(4)]
    wrote: list[tuple[Upload, dict[tuple[int, str], tuple[str, str]]]] = []
    for _step in range(12):
        row, name = choose.choice(rows), choose.choice([*fields])
        what = choose.choice(["import", "import", "edit", "undo"])
        if what == "edit":
            edit(row, **{name: choose.choice(words)})
        elif what == "import":
            before = dict(zip(fields, values(row, fields), strict=True))
            new = {each: choose.choice(words) for each in choose.sample([*fields], choose.randint(1, 2))}
            upload = write(thing, row, fields, **new)
            changed = {(row.pk, each): (before[each], now) for each, now in new.items() if before[each] != now}
            if changed:
                wrote.append((upload, changed))
        elif wrote:
            number = choose.randrange(len(wrote))
            upload, changed = wrote.pop(number)
            expected = dict(going_back(model, changed, [later for _upload, later in wrote[number:]]))
            stood = {(each.pk, name): value for each in rows for name, value in named(each, fields)}
            if expected:
                undo(thing, upload)
            else:
                with pytest.raises(NotUndone):
                    undo(thing, upload)
                wrote.insert(number, (upload, changed))
            now = {(each.pk, name): value for each in rows for name, value in named(each, fields)}
            assert now == stood | expected


def named(row: Any, fields: dict[str, str]) -> list[tuple[str, str]]:
    return list(zip(fields, values(row, fields), strict=True))


def going_back(
    model: type[Any], changed: dict[tuple[int, str], tuple[str, str]], later: list[dict[tuple[int, str], Any]]
) -> Iterator[tuple[tuple[int, str], str]]:
    for (pk, name), (was, became) in changed.items():
        is_standing = getattr(model.objects.get(pk=pk), name) == became
        if is_standing and not any((pk, name) in each for each in later):
            yield (pk, name), was


def test_the_ledger_goes_with_its_import() -> None:
    folder = factories.folder("Vanha")
    upload = write(FOLDERS, folder, {"name": "folder"}, name="Uusi")
    [entry] = LedgerEntry.objects.all()
    assert (entry.model, entry.row, entry.field, entry.was, entry.became) == (
        "folders.folder",
        folder.pk,
        "name",
        "Vanha",
        "Uusi",
    )
    upload.delete()
    assert not LedgerEntry.objects.exists()
