"""The catalogues hold exactly the texts that the code and the templates use."""

from pathlib import Path

import polib
import pytest

from tools.texts import CATALOGUES, kept_texts, used_texts


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.parts[-3]))
def test_every_text_of_the_program_stands_in_the_catalogue(path: Path) -> None:
    """`make texts` brings the missing ones in; their translations are then to be written."""
    used, kept = used_texts(), kept_texts(polib.pofile(str(path)))
    assert sorted(used - kept, key=str) == []
    assert sorted(kept - used, key=str) == []
