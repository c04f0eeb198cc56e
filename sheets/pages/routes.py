"""The addresses of a thing's import, for the urls.py of its app."""

from __future__ import annotations

from django.urls import URLPattern, path

from sheets.importing.import_types import ImportType
from sheets.pages import errors, headings, rows, runs, sending, undo


def import_routes(thing: ImportType, at: str) -> list[URLPattern]:
    """Below the address `at`, "customers/"; named by `thing.routes`: "customers:import", "folders:spots_import"."""
    of, prefix = {"thing": thing}, thing.routes.partition(":")[2]
    views = {
        ("import", "import/"): sending.import_file,
        ("import_template", "import/template/"): sending.import_template,
        ("imports", "imports/"): runs.import_list,
        ("import_preview", "import/<int:pk>/"): sending.import_preview,
        ("import_progress", "import/<int:pk>/progress/"): runs.import_progress,
        ("import_cancel", "import/<int:pk>/cancel/"): runs.import_cancel,
        ("import_choose", "import/<int:pk>/choose/"): rows.import_choose,
        ("import_headings", "import/<int:pk>/headings/"): headings.import_headings,
        ("import_problems", "import/<int:pk>/problems/"): errors.import_problems,
        ("import_wrong_rows", "import/<int:pk>/rows/"): errors.import_wrong_rows,
        ("import_marked", "import/<int:pk>/marked/"): errors.import_marked,
    }
    if thing.undoing:
        views["import_undo", "import/<int:pk>/undo/"] = undo.import_undo
    return [path(f"{at}{route}", view, of, name=f"{prefix}{name}") for (name, route), view in views.items()]
