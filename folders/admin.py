"""Folders and spots: names, descriptions and states are edited here; places by the office's forms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, Left
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.ownership import delete_folder
from folders.forms import FolderForm, SpotForm
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement
from folders.tree import KEYS, delete_spot
from spotilla.office_admin import OfficeAdmin, ReadOnlyAdmin, Tool

SHOWN = 120  # letters of an operation's arguments in the list


@admin.register(Folder)
class FolderAdmin(OfficeAdmin):
    form = FolderForm
    office_add = "folders:new"
    office_history = "folders:history"
    judges_deleting = True
    keys = KEYS
    tools = (
        Tool("folders:detail", _("Folder's page"), "folders.view_folder"),
        Tool("folders:move", _("Move"), "folders.change_folder"),
        Tool("customers:attach_customer", _("Attach to a customer"), "customers.add_attachment"),
        Tool("folders:new_below", _("New subfolder"), "folders.add_folder"),
        Tool("folders:new_spot", _("New spot in it"), "folders.add_spot"),
    )
    ordering = ("sort_key", "pk")
    list_display = ("name", "parent")
    list_select_related = ("parent",)
    search_fields = ("search_key",)
    fields = ("name", "description", "parent", "version")
    readonly_fields = ("parent",)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_folder(obj, by=request.user)  # type: ignore[arg-type]


@admin.register(Spot)
class SpotAdmin(OfficeAdmin):
    form = SpotForm
    judges_deleting = True
    office_add = "folders:list"  # a spot is made on its folder's page
    keys = KEYS
    tools = (
        Tool("folders:spot", _("Spot's page"), "folders.view_spot"),
        Tool("folders:move_spot", _("Move"), "folders.change_spot"),
    )
    ordering = ("sort_key", "pk")
    list_display = ("name", "folder", "state")
    list_filter = ("state",)
    list_select_related = ("folder",)
    search_fields = ("search_key",)
    fields = ("name", "state", "description", "folder", "version")
    readonly_fields = ("folder",)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_spot(obj, by=request.user)  # type: ignore[arg-type]


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    ordering = ("folder", "since")
    list_display = ("folder", "parent", "first_day", "last_day")
    list_select_related = ("folder", "parent")
    search_fields = search_through = ("folder",)
    fields = ("folder", "parent", "first_day", "last_day")


@admin.register(SpotPlacement)
class SpotPlacementAdmin(ReadOnlyAdmin):
    ordering = ("spot", "since")
    list_display = ("spot", "folder", "first_day", "last_day")
    list_select_related = ("spot", "folder")
    search_fields = search_through = ("spot",)
    fields = ("spot", "folder", "first_day", "last_day")


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    ordering = ("-number",)
    list_display = ("number", "at", "user", "kind", "beginning")
    list_filter = ("kind",)
    list_select_related = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operation]:
        """With the beginning of the arguments alone: an import's name each of its rows."""
        beginning = Left(Cast("arguments", TextField()), SHOWN)
        rows: QuerySet[Operation] = super().get_queryset(request).defer("arguments", "replaced")
        return rows.annotate(beginning=beginning)

    @admin.display(description=_("arguments"))
    def beginning(self, operation: Any) -> str:
        text: str = operation.beginning
        return f"{text}…" if len(text) == SHOWN else text
