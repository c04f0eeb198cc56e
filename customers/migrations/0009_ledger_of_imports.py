"""The ledger of imports of customers and contacts that can still be undone, of the history and the log.

History has each field that an import changed. What a row was that it made is worked out from what the row is now, and
from the first change of each field since.
"""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.utils import timezone

FOREVER = "9999-12-31"
DERIVED = {"id", "version", "sort_key", "search_key"}
MODELS = {"customer_id": "Customer", "contact_id": "Contact", "link_id": "CustomerContact"}

type Key = tuple[str, int]  # a model's name and a row's id


def build_ledger(apps: Any, _editor: Any) -> None:
    upload_model, entry_model = apps.get_model("sheets", "Upload"), apps.get_model("sheets", "LedgerEntry")
    operation_model = apps.get_model("folders", "Operation")
    since = timezone.now() - timedelta(days=30)
    uploads = upload_model._base_manager.filter(
        about__in=("customers", "contacts"), state="imported", imported__gt=since
    )
    for upload in uploads.exclude(operation=None).defer("content").iterator():
        operation = operation_model._base_manager.filter(number=upload.operation).first()
        if operation is not None:
            entries = [*entries_of_history(apps, operation), *entries_of_attachments(operation.arguments)]
            entry_model._base_manager.bulk_create(
                [entry_model(upload_id=upload.pk, **each) for each in entries], batch_size=500
            )


def entries_of_history(apps: Any, operation: Any) -> list[dict[str, Any]]:
    changes = apps.get_model("customers", "Change")._base_manager
    numbers = numbers_of(operation.arguments)
    own = list(changes.filter(operation_id=operation.number).order_by("pk"))
    made = [change for change in own if change.done == "insert"]
    became = values_then(apps, changes, made)
    entries, written = list[dict[str, Any]](), dict[tuple[str, int, str], dict[str, Any]]()
    for change in own:
        name, pk = key_of(change)
        about = {"number": number_of(change, numbers), "model": f"customers.{name.lower()}", "row": pk}
        if change.done == "insert":
            entries.append(about | {"field": "", "was": None, "became": became[name, pk]})
        elif change.done == "delete":
            was = {"customer_id": change.customer_id, "contact_id": change.contact_id}
            was = {column: value for column, value in was.items() if value}
            was |= {column: value for column, (value, _now) in change.changed.items() if value not in (None, "")}
            entries.append(about | {"field": "", "was": was, "became": None})
        elif (name, pk) not in became:
            for column, (before, after) in change.changed.items():
                entry = about | {"field": column, "was": before, "became": after}
                first = written.setdefault((name, pk, column), entry)
                first["became"] = after
                if first is entry:
                    entries.append(entry)
    return entries


def key_of(change: Any) -> Key:
    """Whose change it is: a link names its ends too."""
    column = "link_id" if change.link_id else "contact_id" if change.contact_id else "customer_id"
    return MODELS[column], getattr(change, column)


def number_of(change: Any, numbers: dict[Key, int]) -> int:
    """The row of the file that is about the change's customer, or contact; 0 of what came along."""
    return numbers.get(("Customer", change.customer_id), 0) or numbers.get(("Contact", change.contact_id), 0)


def numbers_of(arguments: dict[str, Any]) -> dict[Key, int]:
    """The first row of the file about each customer, or contact."""
    if "customers" in arguments:
        pairs = [
            (("Customer", pk), number) for number, pk in zip(arguments["rows"], arguments["customers"], strict=True)
        ]
    else:
        pairs = [(("Contact", pk), number) for number, pk in arguments.get("rows", ())]
    return dict(reversed(pairs))


def values_then(apps: Any, changes: Any, made: list[Any]) -> dict[Key, dict[str, Any]]:
    """What rows were when the import had made them; {} of those that are gone."""
    found: dict[Key, dict[str, Any]] = {}
    for column, name in MODELS.items():
        first = {pk: change.pk for change in made for kind, pk in [key_of(change)] if kind == name}
        model = apps.get_model("customers", name)
        names = [each.attname for each in model._meta.concrete_fields if each.name not in DERIVED]
        for some in chunks(list(first)):
            now = {
                pk: dict(zip(names, row, strict=True))
                for pk, *row in model._base_manager.filter(pk__in=some).values_list("pk", *names)
            }
            later = changes.filter(**{f"{column}__in": some}, pk__gt=min(first[pk] for pk in some), done="update")
            for change in later.order_by("-pk"):  # the first of each field has the last word
                kind, pk = key_of(change)
                if kind == name and pk in now and change.pk > first[pk]:
                    now[pk] |= {field: was for field, (was, _after) in change.changed.items()}
            for pk in some:
                found[name, pk] = {
                    field: plain(value) for field, value in now.get(pk, {}).items() if value not in (None, "")
                }
    return found


def chunks(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def entries_of_attachments(arguments: dict[str, Any]) -> list[dict[str, Any]]:
    entries, numbers = [], numbers_of(arguments)
    for pk, customer, folder, since in arguments.get("attachments", ()):
        became = {"since": since, "until": FOREVER, "customer_id": customer, "folder_id": folder}
        number = numbers.get(("Customer", customer), 0)
        entries.append({"number": number, "row": pk, "field": "", "was": None, "became": became})
    for pk, was, since in arguments.get("redated", ()):
        entries.append({"number": 0, "row": pk, "field": "since", "was": was, "became": since})
    return [{"model": "customers.attachment", **entry} for entry in entries]


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_plainer_words"),
        ("folders", "0008_plainer_words"),
        ("sheets", "0007_ledger"),
    ]

    operations = [migrations.RunPython(build_ledger, migrations.RunPython.noop, elidable=True)]
