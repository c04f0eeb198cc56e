"""Bring the catalogues of texts up to date with the code and the templates: `make texts`. Needs no gettext.

New texts come in untranslated, texts that nobody uses any more go out; a test says which still lack a translation.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import django
import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
APPS = ("accounts", "customers", "folders", "reports", "sheets", "spotilla", "workorders")
KEYWORDS = (
    *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
)


class Text(NamedTuple):
    context: str | None
    singular: str
    plural: str | None


def used_texts() -> set[Text]:
    """Every text that the code and the templates ask a translation for."""
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    pages = [path for folder in ("templates", *APPS) for path in (ROOT / folder).rglob("*.*")]
    pages = [path for path in pages if path.suffix in {".html", ".txt"}]  # mails are text
    return {
        text
        for content in [path.read_text() for path in sources] + [as_python(path) for path in pages]
        for text in texts_of(content)
    }


def as_python(page: Path) -> str:
    """The texts of a template as lines of Python, as Django itself hands them to gettext."""
    return "\n".join(line.strip() for line in templatize(page.read_text(), origin=str(page)).splitlines())


def texts_of(source: str) -> Iterator[Text]:
    # Any: Babel gives one text as itself and several as a tuple, and says so nowhere.
    found: Any = extract_python(io.BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"})
    for _line, function, given, _comments in found:
        parts = [given] if isinstance(given, str) else [part for part in given if part is not None]
        context = parts.pop(0) if "pgettext" in function else None
        if parts and parts[0]:
            yield Text(context, parts[0], parts[1] if function.startswith("n") else None)


def kept_texts(catalogue: polib.POFile) -> set[Text]:
    return {text_of(entry) for entry in catalogue if not entry.obsolete}


def text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgctxt, entry.msgid, entry.msgid_plural or None)


def update(path: Path) -> None:
    catalogue = polib.pofile(str(path), wrapwidth=120)
    used = used_texts()
    translated = {text_of(entry): entry for entry in catalogue if not entry.obsolete}
    catalogue[:] = [translated.get(text) or untranslated(text) for text in sorted(used, key=str)]
    catalogue.save()
    missing = len(catalogue.untranslated_entries())
    print(f"{path.relative_to(ROOT)}: {len(used)} texts, {missing} without a translation")


def untranslated(text: Text) -> polib.POEntry:
    plural = {"msgid_plural": text.plural, "msgstr_plural": {0: "", 1: ""}} if text.plural else {}
    return polib.POEntry(msgctxt=text.context, msgid=text.singular, **plural)


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "spotilla.settings", "DJANGO_DEBUG": "1"}
    django.setup()
    for path in CATALOGUES:
        update(path)
