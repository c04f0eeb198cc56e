"""Work: names and descriptions are edited here; states, places, days and customers by the office's forms."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from spotilla.office_admin import OfficeAdmin, Tool
from spotilla.optimistic_lock import VersionedForm
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder


class WorkAdmin(OfficeAdmin):
    """Work that was recorded is cancelled or closed, never deleted."""

    form = VersionedForm
    keys = ("search_key",)
    search_fields = ("search_key",)
    ordering = ("-pk",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(WorkOrder)
class WorkOrderAdmin(WorkAdmin):
    office_add = "workorders:order_new"
    tools = (
        Tool("workorders:order", _("Work order's page"), "workorders.view_workorder"),
        Tool("workorders:order_edit", _("Edit"), "workorders.change_workorder"),
    )
    seen_with: ClassVar[dict[str, str]] = {"customer": "customers.view_customer"}
    list_display = ("number", "name", "customer", "first_day", "last_day", "closed_on")
    list_select_related = ("customer",)
    fields = ("number", "name", "customer_order_number", "customer", "first_day", "last_day", "closed_on", "version")
    readonly_fields = ("number", "customer", "first_day", "last_day", "closed_on")


@admin.register(Task)
class TaskAdmin(WorkAdmin):
    office_add = "workorders:task_new"
    seen_with: ClassVar[dict[str, str]] = {"work_order": "workorders.view_workorder"}
    tools = (Tool("workorders:task", _("Task's page"), "workorders.view_task"),)
    list_display = ("name", "spot", "work_order", "role", "due_on", "state", "done_on")
    list_filter = ("state", "role")
    list_select_related = ("spot", "work_order", "role")
    fields = (
        *("name", "description", "role", "due_on"),
        *("spot", "folder", "work_order", "state", "minutes", "done_on", "version"),
    )
    readonly_fields = ("spot", "folder", "work_order", "state", "minutes", "done_on")


@admin.register(ServiceRequest)
class ServiceRequestAdmin(WorkAdmin):
    office_add = "workorders:request_new"
    tools = (Tool("workorders:request", _("Request's page"), "workorders.view_servicerequest"),)
    list_display = ("name", "kind", "spot", "folder", "role", "state", "received_on", "done_on")
    list_filter = ("state", "kind", "role")
    list_select_related = ("kind", "spot", "folder", "role")
    fields = (
        *("name", "description", "kind"),
        *("spot", "folder", "received_folder", "role", "state", "received_on", "done_on", "version"),
    )
    readonly_fields = ("spot", "folder", "received_folder", "role", "state", "received_on", "done_on")


@admin.register(ServiceRequestKind)
class ServiceRequestKindAdmin(OfficeAdmin):
    ordering = ("name",)
    list_display = ("name",)
    search_fields = ("name",)
