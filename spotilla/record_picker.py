"""Choosing one of very many (a folder, a spot, a customer): a search field with the first hits as radio buttons.

With JavaScript the hits follow what is typed; without it the field's own button sends the form back to be shown again
with them and with all else that was typed. A form has a PickField for each such choice, and its view is made so:

    data, initial = sent(request)
    form = MoveForm(data, initial=initial, user=request.user)
    if form.is_valid(): …                                 # never when only a search button was pressed
    keep_search(form, request)
    return render(request, "…", {"form": form}, status=422 if form.is_bound else 200)

The hits come from the field's queryset (`matching`, `in_order`); `url_name` names the view that answers with them, one
line: `return choices(request, Folder.objects.visible_to(request.user), describe_folders)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spotilla.pages import first_of
from spotilla.web import as_id

SHOWN = 20


@dataclass(frozen=True)
class Choice:
    """What a search of the picker offers: a name, and in small letters what tells it from others."""

    value: int | str
    name: str
    below: str = ""  # what tells it from others of the same name: a path, a business ID


type Describe = Callable[[Sequence[Any]], list[Choice]]


def _found(queryset: QuerySet[Any], typed: str) -> list[Any]:
    """The first hits in order; of very many, those whose names begin with what is typed."""
    typed = typed.replace("\0", "")  # which PostgreSQL takes in no text
    rows: Any = queryset
    if not typed:
        return list(rows.in_order()[:SHOWN])
    nearest = rows.beginning(typed).in_order() if hasattr(rows, "beginning") else None
    return first_of(rows.matching(typed).in_order(), SHOWN, nearest)


class Picker(forms.Widget):
    """Shows what is chosen and what the search found. At most three queries and the description's own."""

    template_name = "partials/picker.html"
    use_fieldset = True
    field: PickField
    typed = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        self.typed = str(data.get(f"{name}_q", "")).strip()
        return super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen, hits = self.field.offered(value, self.typed)
        context["widget"] |= {
            "typed": self.typed,
            "url": f"{reverse(self.field.url_name)}?{urlencode({'name': name, **self.field.about})}",
            "chosen": chosen,
            "hits": hits,
            "none": None if self.field.required else self.field.empty_label,
            "nothing": not hits and not chosen,
            "more": len(hits) >= SHOWN,
        }
        return context


class PickField(forms.ModelChoiceField[Any]):
    """One row of `queryset`. Not required: `empty_label` is the choice of none. `offer` says what is shown of it."""

    widget = Picker
    shown: QuerySet[Any] | None = None  # what it is chosen from; what else there is of `queryset` the operation judges
    about: Mapping[str, int] = MappingProxyType({})  # how the address of the hits says so
    stands: Any = None  # what is chosen before anybody chooses
    default_error_messages = {"invalid_choice": gettext_lazy("What was chosen no longer exists.")}

    def __init__(self, queryset: QuerySet[Any] | None, *, url_name: str, describe: Describe, **options: Any) -> None:
        self.url_name, self.describe = url_name, describe
        super().__init__(queryset, **options)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> PickField:
        copy: PickField = super().__deepcopy__(memo)
        copy.widget.field = copy
        return copy

    def clean(self, value: Any) -> Any:
        """What was typed and not chosen from is not dropped."""
        if self.widget.typed and str(value or "") == str(self.prepare_value(self.stands) or ""):
            raise forms.ValidationError(_("Choose one of those found, or empty the search."), code="not_chosen")
        return super().clean(value)

    def offered(self, value: Any, typed: str) -> tuple[Choice | None, list[Choice]]:
        """What is chosen, and the hits without it."""
        assert self.queryset is not None, "the form gives the queryset of what its user may see"  # noqa: S101
        pk = as_id(self.prepare_value(value))
        chosen = list(self.queryset.filter(pk=pk)) if pk else []
        shown = self.queryset if self.shown is None else self.shown
        described = self.describe(chosen + [row for row in _found(shown, typed) if row not in chosen])
        return (described[0], described[1:]) if chosen else (None, described)


def offer(
    form: forms.BaseForm,
    name: str,
    rows: QuerySet[Any],
    *,
    offered: QuerySet[Any] | None = None,
    about: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """What a PickField's user may choose from. Who may see none of them has no such field, unless it is required: what
    stands there stays.

    `offered`: those of them that are shown; one of the others, chosen on an old page, is for the operation to refuse by
    name. `about`: what says the same in the address of the hits.
    """
    field: Any = form.fields[name]
    field.queryset, field.shown, field.about = rows, offered, about
    field.stands = form.initial.get(name)
    if rows.query.is_empty() and not field.required:
        del form.fields[name]


def sent(request: HttpRequest) -> tuple[QueryDict | None, dict[str, Any]]:
    """A form's (data, initial): what was sent to be saved, or what the page is to be shown with."""
    if request.method == "POST" and "again" not in request.POST:
        return request.POST, {}
    return None, (request.POST if request.method == "POST" else request.GET).dict()


def keep_search(form: forms.BaseForm, request: HttpRequest) -> None:
    """Shows what the search buttons of the form's PickFields found, when the page is shown again without JavaScript."""
    for name, field in form.fields.items():
        if isinstance(field, PickField):
            field.widget.typed = request.POST.get(f"{name}_q", request.GET.get(f"{name}_q", "")).strip()


def choices(request: HttpRequest, queryset: QuerySet[Any], describe: Describe) -> HttpResponse:
    """The hits for what is typed into the PickField that ?name= names."""
    name = request.GET.get("name", "")
    hits = describe(_found(queryset, request.GET.get(f"{name}_q", "").strip()))
    widget = {"name": name, "hits": hits, "nothing": not hits, "more": len(hits) >= SHOWN}
    return render(request, "partials/picker.html#hits", {"widget": widget})
