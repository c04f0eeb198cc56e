"""A database from before the ledger: its imports get one, the same that they would have now, and are undone by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from customers.importing.spec import CUSTOMERS
from customers.importing_contacts.spec import CONTACTS
from customers.importing_folders.spec import FOLDERS
from customers.models import Attachment, Contact, Customer, CustomerContact
from folders.exporting import exported_folders, exported_spots
from folders.importing_spots.spec import SPOTS
from folders.models import Folder, Spot
from sheets.importing.import_types import ImportType
from sheets.limits import Limits
from sheets.models import LedgerEntry, Upload
from sheets.tables import read_table
from tests import factories
from tests.folders.test_import_folders import edited
from tests.folders.test_import_spots import edited as edited_spot
from tests.migrating import schema_of, standing
from tests.sheets.books import book

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [
    ("sheets", "0006_plainer_words"),
    ("customers", "0008_plainer_words"),
    ("folders", "0008_plainer_words"),
]
NOKIA = "0112038-9"
COLUMNS = ("number", "model", "row", "field", "was", "became")

type Entries = list[tuple[Any, ...]]


def imports(thing: ImportType, content: bytes) -> Upload:
    upload = Upload(about=thing.key, name="a.xlsx", content=content, update=True)
    table = read_table(content, thing.imported, Limits(), most_rows=50)
    thing.save(table, update=True, by=None, upload=upload)
    return upload


def fill() -> list[Upload]:
    """An import of each thing, which makes and changes rows, and what has been done to some of them since."""
    talo = factories.folder("Talo", description="vanha")
    spot = factories.spot(talo, "Pumppu", description="vanha")
    factories.customer("Vanha Oy", business_id=NOKIA, city="Turku", payment_term_days=14)
    irma = Contact.objects.create(name="Irma", email="irma@example.com")
    irma.customer_links.create(customer=Customer.objects.get())
    uploads = [
        imports(
            CUSTOMERS,
            book(
                ["Nimi", "Y-tunnus", "Postitoimipaikka", "Maksuehto (pv)", "Yhteyshenkilö", "Kansiot"],
                ["Uusi nimi Oy", NOKIA, "Espoo", "30", None, "Talo"],
                ["Koskematon Oy", None, "Åbo", None, "Aino", None],
                ["Muokattu Oy", None, "Åbo", "21", "Bo", None],
                ["Poistettu Oy", None, None, None, None, None],
            ),
        ),
        imports(
            CONTACTS,
            book(
                ["Nimi", "Sähköposti", "Puhelin", "Asiakas"],
                ["Irma", "irma@example.com", "040 555 6595", "Koskematon Oy"],
                ["Uusi", "uusi@example.com", None, "Koskematon Oy"],
            ),
        ),
        imports(FOLDERS, edited(b"".join(exported_folders(Folder.objects.all())), 2, description="uusi")),
        imports(FOLDERS, book(["Kansio", "Kuvaus"], ["Talo / Kellari", "a"], ["Talo / Ullakko", None])),
        imports(SPOTS, edited_spot(b"".join(exported_spots(Spot.objects.filter(pk=spot.pk))), 2, state="viallinen")),
        imports(SPOTS, book(["Kansio", "Spotti"], ["Talo", "Hissi"], ["Talo", "Ovi"])),
    ]
    Customer.objects.filter(name="Muokattu Oy").update(city="Vaasa", payment_term_days=7)
    Customer.objects.filter(name="Muokattu Oy").update(city="Oulu")
    Customer.objects.filter(name="Uusi nimi Oy").update(city="Oulu")
    Customer.objects.get(name="Poistettu Oy").delete()
    CustomerContact.objects.filter(contact__name="Bo").update(role="site")
    Folder.objects.filter(name="Ullakko").update(description="käsin")
    Spot.objects.filter(name="Ovi").update(description="käsin")
    return uploads


def ledger() -> dict[tuple[int, str, int, str], tuple[Any, ...]]:
    rows = LedgerEntry.objects.values_list("upload_id", "model", "row", "field", "number", "was", "became")
    return {row[:4]: row[4:] for row in rows}


def keep_as_then(apps: Any, entries: list[dict[str, Any]], versions: dict[tuple[str, int], int]) -> None:
    """What uploads of folders and spots kept until then: (number, id, version, old values, where it was made)."""
    uploads = apps.get_model("sheets", "Upload").objects
    for upload in uploads.filter(about__in=("folders", "spots")):
        kept: dict[int, list[Any]] = {}
        for entry in (each for each in entries if each["upload_id"] == upload.pk):
            version = versions[entry["model"], entry["row"]]
            row = kept.setdefault(entry["row"], [entry["number"], entry["row"], version, None, None])
            if entry["field"]:
                row[3] = (row[3] or {}) | {entry["field"]: entry["was"]}
            else:
                row[4] = entry["became"].get("folder_id") or entry["became"].get("parent_id")
        uploads.filter(pk=upload.pk).update(kept={"rows": [*kept.values()]})


def test_imports_made_before_are_undone_as_those_made_now() -> None:
    by_triggers = standing()
    edited_since = {("Ullakko", "käsin"), ("Ovi", "käsin")}
    uploads = fill()
    before = ledger()
    entries = list(LedgerEntry.objects.values("upload_id", *COLUMNS))
    models: dict[str, Any] = {"folders.folder": Folder, "folders.spot": Spot}
    versions = {
        (label, row.pk): row.version + ((row.name, row.description) in edited_since)
        for label, model in models.items()
        for row in model._default_manager.all()
    }
    with schema_of(*BEFORE) as apps:
        keep_as_then(apps, entries, versions)
        call_command("migrate", verbosity=0)
        assert standing() == by_triggers
        after = ledger()
        unknown = {key for key in after if after[key][2] is None and before[key][2] is not None}
        assert {key: row for key, row in after.items() if key not in unknown} == {
            key: row for key, row in before.items() if key not in unknown and not is_of_gone(key)
        } | {key: after[key] for key in after if is_of_gone(key)}
        names = {model: {row.pk: row.name for row in model._default_manager.all()} for model in models.values()}
        assert {names[models[label]][row] for _upload, label, row, _field in unknown} == {"Ullakko", "Ovi"}
        undo_all(uploads)


def is_of_gone(key: tuple[int, str, int, str]) -> bool:
    """Of a row that is gone nobody needs to know what it was."""
    _upload, label, row, _field = key
    return label == "customers.customer" and not Customer.objects.filter(pk=row).exists()


def undo_all(uploads: list[Upload]) -> None:
    things = {thing.key: thing for thing in (CUSTOMERS, CONTACTS, FOLDERS, SPOTS)}
    outcomes = []
    for upload in reversed(uploads):
        upload.refresh_from_db()
        undoing = things[upload.about].undoing
        assert undoing is not None
        counts = undoing.undo(upload, by=None).counts()
        outcomes.append((upload.about, counts["back"], counts["edited"]))
    assert outcomes == [
        ("spots", 1, 1),
        ("spots", 1, 0),
        ("folders", 1, 1),
        ("folders", 1, 0),
        ("contacts", 2, 0),
        ("customers", 1, 2),
    ]
    assert sorted(Spot.objects.values_list("name", "state")) == [("Ovi", "active"), ("Pumppu", "active")]
    assert sorted(Folder.objects.values_list("name", "description")) == [("Talo", "vanha"), ("Ullakko", "käsin")]
    assert sorted(Customer.objects.values_list("name", "city", "payment_term_days")) == [
        ("Muokattu Oy", "Oulu", 7),
        ("Vanha Oy", "Oulu", 14),
    ]
    assert sorted(Contact.objects.values_list("name", "phone")) == [("Bo", ""), ("Irma", "")]
    assert not Attachment.objects.exists()
