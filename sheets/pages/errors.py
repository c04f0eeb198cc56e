"""What is wrong in a file that was sent, given back: as a list, as the rows to mend, and in the file itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from sheets.annotated_copy import MOST_MARKED, Marking
from sheets.importing.import_types import ImportType
from sheets.importing.reading import limits, table_of
from sheets.limits import Unreadable
from sheets.models import Upload
from sheets.pages.opening import for_importers, may_go_on
from sheets.problem_workbooks import MOST_LISTED, MOST_MENDED, problem_list, wrong_rows
from sheets.problems import Problems
from sheets.tables import Table
from sheets.writing import XLSM_TYPE, XLSX_TYPE, download
from spotilla.web import AuthenticatedHttpRequest

type Write = Callable[[bytes, Table, Problems], bytes]


@for_importers
@require_safe
def import_problems(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """The list of problems, up to 20,000."""

    def write(_content: bytes, _table: Table, problems: Problems) -> bytes:
        return problem_list(problems)

    return _returned(request, thing, pk, pgettext("file name", "problems"), write, MOST_LISTED)


@for_importers
@require_safe
def import_wrong_rows(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """The rows with problems in the sheet to fill in, ready to mend and import again."""

    def write(content: bytes, table: Table, problems: Problems) -> bytes:
        keys = thing.fillable(table.places, thing.columns)
        columns = [column for column in thing.imported if column.key in keys]
        return wrong_rows(str(thing.words.title), columns, content, table, problems, limits())

    return _returned(request, thing, pk, pgettext("file name", "rows to fix"), write, MOST_MENDED)


@for_importers
@require_safe
def import_marked(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """The user's own file with its wrong cells marked."""

    def write(content: bytes, table: Table, problems: Problems) -> bytes:
        return Marking(content, table, problems, limits()).write()

    return _returned(request, thing, pk, pgettext("file name", "marked"), write, MOST_MARKED, own=True)


def _returned(
    request: AuthenticatedHttpRequest,
    thing: ImportType,
    pk: int,
    what: str,
    write: Write,
    most: int,
    *,
    own: bool = False,
) -> HttpResponse:
    """A download about the first `most` problems, named after the user's file, and of its kind when it is their `own`.

    Back to the preview when there is none; a message says why.
    """
    upload = get_object_or_404(Upload.objects.of(thing.key).visible_to(request.user).waiting(), pk=pk)
    if not may_go_on(request, thing, upload):
        return redirect(thing.url("import"))
    content = bytes(upload.content)
    if own:
        upload.choices = upload.choices | {
            "cells": {}
        }  # in the file itself, what was mended in the page is still wrong
    try:
        table = table_of(upload, most_problems=most)
        problems = thing.judge(table, update=upload.update, by=request.user).problems
        table = replace(table, records=[])  # the rows are let go of before the file is read again
        written = write(content, table, problems) if problems else b""
    except Unreadable as error:
        messages.error(request, str(error))
        written = b""
    if not written:
        return redirect(thing.url("import_preview", upload.pk))
    name = PurePath(upload.name)
    macros = own and name.suffix.lower() == ".xlsm"
    return download(
        f"{name.stem} – {what}{'.xlsm' if macros else '.xlsx'}", XLSM_TYPE if macros else XLSX_TYPE, written
    )
