"""Finnish and Swedish are whole: no text without its translation, none that is only a guess."""

import polib
import pytest
from django.conf import settings

CATALOGUES = sorted(settings.BASE_DIR.glob("locale/*/LC_MESSAGES/django.po"))


def test_there_is_a_catalogue_for_finnish_and_for_swedish() -> None:
    assert [path.parts[-3] for path in CATALOGUES] == ["fi", "sv"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated(path: str) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()] == []
