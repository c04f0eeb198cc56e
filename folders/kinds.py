"""The kinds of operations in the log: whoever does an operation declares its kind, under a key that is stored for good.

Each app has its own `kinds.py`, which its `apps.py` imports, so that the log knows all of them.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Text = str | Promise

_DECLARED: dict[str, Text] = {}


def declare_kind(key: str, words: Text) -> str:
    """A kind of its own for an operation: at most 20 characters, and what the log calls it. Gives the key back; raises
    ValueError for one that another operation has.
    """
    if _DECLARED.setdefault(key, words) is not words:
        raise ValueError(f"an operation of the kind {key} is declared already")
    return key


def list_kinds() -> list[tuple[str, Text]]:
    """Every kind with its words, as the choices of a field."""
    return list(_DECLARED.items())


NEW_SPOT = declare_kind("new_spot", _("new spot"))
DELETE_SPOT = declare_kind("delete_spot", _("spot deleted"))
IMPORT_SPOTS = declare_kind("import_spots", _("spots imported"))
UNDO_IMPORT = declare_kind("undo_import", _("import undone"))
