"""The ledger of folders' and spots' imports that can still be undone, of what the uploads kept for it until now.

They kept of each row (number, id, a digest of the row after the import, old values by field or none of a row that was
made, the folder that it was made in). What the import wrote is known as long as the row has the same digest; of a row
that has been edited since it is not, and the entry says nothing became of it: it stays, as before.
"""

from typing import Any

from django.db import migrations

from sheets.importing.marks import digest

MODELS = {"folders": ("Folder", "parent_id"), "spots": ("Spot", "folder_id")}


def build_ledger(apps: Any, _editor: Any) -> None:
    upload_model, entry_model = apps.get_model("sheets", "Upload"), apps.get_model("sheets", "LedgerEntry")
    uploads = upload_model._base_manager.filter(about__in=MODELS, state="imported").exclude(kept={})
    for upload in uploads.defer("content").iterator():
        name, place = MODELS[upload.about]
        model = apps.get_model("folders", name)
        written = upload.kept.get("rows", ())
        rows = {
            row.pk: row
            for some in chunks([each[1] for each in written])
            for row in model._base_manager.filter(pk__in=some)
        }
        entries = [
            entry_model(upload_id=upload.pk, number=each[0], model=f"folders.{name.lower()}", row=each[1], **values)
            for each in written
            for values in entries_of(each, rows.get(each[1]), place)
        ]
        entry_model._base_manager.bulk_create(entries, batch_size=500)


def chunks(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]


def entries_of(written: list[Any], row: Any, place: str) -> list[dict[str, Any]]:
    _number, _pk, version, was, made_in = written
    is_same = row is not None and version_of(row) == version
    if was is None:
        became = values_of(row) | ({place: made_in} if made_in else {}) if is_same else None
        return [{"field": "", "was": None, "became": became}]
    return [
        {"field": name, "was": value, "became": getattr(row, name) if is_same else None} for name, value in was.items()
    ]


def version_of(row: Any) -> int:
    """As `Folder.version` and `Spot.version` had it."""
    said = (row.name, row.state, row.description) if hasattr(row, "state") else (row.name, row.description)
    return digest(said)


def values_of(row: Any) -> dict[str, Any]:
    """What is not empty, by column; where it lies is told by what was kept."""
    values = {"name": row.name, "description": row.description, "state": getattr(row, "state", "")}
    return {name: value for name, value in values.items() if value}


class Migration(migrations.Migration):
    dependencies = [
        ("folders", "0008_plainer_words"),
        ("sheets", "0007_ledger"),
    ]

    operations = [migrations.RunPython(build_ledger, migrations.RunPython.noop, elidable=True)]
