"""What every page of the admin shares: the same rows, the same rules and the same sentences as the office's pages.

An app's admin.py says which fields its people may edit there, and which of the office's forms change the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.db.models import CASCADE, PROTECT, ProtectedError, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django_tasks_db import admin as tasks_admin  # noqa: F401  # which registers what is taken away here
from django_tasks_db.models import DBTaskResult

from spotilla.text_fields import FORM_FIELDS
from spotilla.web import DateField, as_id

admin.site.unregister(DBTaskResult)  # of work behind the page its own pages tell; errors stand in the worker's log
admin.site.disable_action("delete_selected")  # no deleting in bulk: each row is asked about by itself


class Tool(NamedTuple):
    """A link to a form of the office, for who has the right to it."""

    url_name: str
    label: str | Promise
    right: str


class AdminPages(Paginator[Any]):
    """Counts as far as a list does (settings.LISTS_COUNT_TO); what lies beyond is found by searching."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: settings.LISTS_COUNT_TO].count())


class OfficeAdmin(admin.ModelAdmin[Any]):
    """Edits what has no history. What has one is read-only here, and `tools` lead to the forms that change it."""

    tools: ClassVar[tuple[Tool, ...]] = ()
    office_add = ""  # the URL name of the office's form for a new one; "" is the admin's own
    office_history = ""  # the URL name of the row's whole history; "" is the admin's, of its own changes alone
    search_through: ClassVar[tuple[str, ...]] = ()  # foreign keys: rows are found by the names of what they lead to
    judges_deleting = False  # whether delete_model refuses, with a sentence, what may not be deleted
    seen_with: ClassVar[dict[str, str]] = {}  # columns about another thing: the right to see that
    keys: ClassVar[tuple[str, ...]] = ()  # columns worked out from the name, saved with it
    change_form_template = "admin/office_change_form.html"
    list_per_page = 50
    paginator = AdminPages
    show_full_result_count = False  # a second count of the whole table
    formfield_overrides: ClassVar[Any] = {
        **FORM_FIELDS,
        models.DateField: {"form_class": DateField, "widget": AdminDateWidget},
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.visible_to(request.user)
        return rows.order_by(*self.get_ordering(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The office's own search, which knows accents and numbers."""
        if search_term and self.search_through:
            return queryset.filter(self._leading_to(search_term, request)), False
        if search_term and hasattr(queryset, "matching"):
            return queryset.matching(search_term), False
        return super().get_search_results(request, queryset, search_term)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._seen(super().get_list_display(request), request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._seen(super().get_fields(request, obj), request)

    def _seen(self, columns: Iterable[Any], request: HttpRequest) -> list[Any]:
        return [name for name in columns if name not in self.seen_with or request.user.has_perm(self.seen_with[name])]

    def _leading_to(self, search_term: str, request: HttpRequest) -> Q:
        found = Q()
        for name in self.search_through:
            relation: Any = self.opts.get_field(name)
            rows = relation.related_model._default_manager.visible_to(request.user)
            found |= Q(**{f"{name}__in": rows.matching(search_term)})
        return found

    # Days as people say them, for lists and rows of what has `since` and (exclusive) `until`.

    @admin.display(description=gettext_lazy("first day"), ordering="since")
    def first_day(self, row: Any) -> str:
        return pgettext("since the beginning", "always") if row.since == date.min else _said(row.since)

    @admin.display(description=gettext_lazy("last day"), ordering="until")
    def last_day(self, row: Any) -> str:
        return _("until further notice") if row.until == date.max else _said(row.until - timedelta(days=1))

    # ---- adding and changing ----

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.office_add:
            return super().add_view(request, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect(self.office_add)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A form that was refused is answered with 422, as the office's pages do."""
        try:
            response = super().changeform_view(request, *args, **kwargs)
        except IntegrityError:  # somebody was quicker with a value that only one row may have
            messages.error(request, _("Somebody has saved at the same moment. Nothing was saved; try again."))
            return redirect(request.path)
        if isinstance(response, TemplateResponse) and (response.context_data or {}).get("errors"):
            response.status_code = 422
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        tools = {"office_tools": list(self.office_tools(request, object_id))}
        return super().change_view(request, object_id, form_url, tools | (extra_context or {}))

    def office_tools(self, request: HttpRequest, object_id: str) -> Iterator[tuple[str, str | Promise]]:
        """(address, label) of the office's forms that this user may use on this row."""
        for tool in self.tools:
            if as_id(object_id) and request.user.has_perm(tool.right):
                yield reverse(tool.url_name, args=[object_id]), tool.label

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not self.office_history or not as_id(object_id):
            return super().history_view(request, object_id, extra_context)
        return redirect(self.office_history, object_id)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Saves the fields that were changed and no others: somebody may be moving or finishing the same row."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        if changed := [name for name in form.changed_data if name in columns]:
            obj.save(update_fields=[*changed, *self.keys])

    # ---- deleting ----

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A refusal is said on the row's page, in the operation's own words."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as refused:
            for sentence in refused.messages:
                messages.error(request, sentence)
        except ProtectedError:
            messages.error(request, _("Something refers to it; it cannot be deleted."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The row, how much goes with it, and the kinds of what forbids it; where `delete_model` judges, the row alone,
        so that its own sentence is read.

        Nothing of it is loaded, as Django's own page does: the imports that wait for one user may be gigabytes, and
        the tasks of one role millions.
        """
        rows = [str(obj) for obj in objs]
        if self.judges_deleting:
            return rows, {}, set(), []
        return rows, dict(_going_with(objs)), set(), list(_forbidding(objs))


def _going_with(objs: Sequence[models.Model]) -> Iterator[tuple[str, int]]:
    """(kind, how many) of what is deleted with the rows; what nobody looks at for itself (related_name="+") is not."""
    for relation in objs[0]._meta.related_objects:
        number = _related(relation, objs)[: settings.LISTS_COUNT_TO].count() if relation.on_delete is CASCADE else 0
        if number:
            yield str(relation.related_model._meta.verbose_name_plural), number


def _forbidding(objs: Sequence[models.Model]) -> Iterator[str]:
    relations: Any = objs[0]._meta.get_fields(include_hidden=True)
    for relation in relations:
        forbids = relation.auto_created and getattr(relation, "on_delete", None) is PROTECT
        if forbids and _related(relation, objs).exists():
            yield str(capfirst(relation.related_model._meta.verbose_name_plural))


def _related(relation: Any, objs: Sequence[models.Model]) -> QuerySet[Any]:
    rows: QuerySet[Any] = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": objs})
    return rows.order_by()


def _said(day: date) -> str:
    """1.3.2026, as on the office's pages, in every language."""
    return f"{day.day}.{day.month}.{day.year}"


class ReadOnlyAdmin(OfficeAdmin):
    """For what the operations write: rows to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
