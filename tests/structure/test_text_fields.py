"""Every text that people type goes by spotilla.text: each form's fields, and each model that is validated."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.db import models

from spotilla.office_admin import OfficeAdmin
from spotilla.text_fields import FORM_FIELDS, TextModel, text_field
from tests.structure.sources import APPS, ROOT, product_files

FORMS = tuple(found["form_class"] for found in FORM_FIELDS.values())
# How far a line is indented tells something; and a figure's address is written by no hand.
# What is typed to log in is compared with what was kept, and kept nowhere.
AS_TYPED = {
    ("UploadForm", "pasted"),
    *(("FigureForm", name) for name in ("folder", "order", "path")),
    *(("LoginForm", "username"), ("LoginForm", "password"), ("ForgottenPasswordForm", "email")),
}
OF_DJANGO = {"password", "password1", "password2", "usable_password"}
NEVER_TYPED = {
    "sheets",
    "customers.Change",
    "folders.Operation",
    "accounts.User",
    "accounts.Role",
    "accounts.FailedTries",
}


def forms_of(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from forms_of(below)


def texts(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    fields = model._meta.get_fields()
    return [
        field
        for field in fields
        if isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
    ]


def test_no_form_of_ours_takes_a_text_as_it_was_typed() -> None:
    for path in product_files():
        if "forms" in path.parts or path.stem in {"forms", "sending", "versions"}:
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    found = {
        (form.__name__, name)
        for form in forms_of(forms.BaseForm)
        if form.__module__.partition(".")[0] in APPS and form.__module__ != "accounts.admin"
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, (*FORMS, forms.SlugField))
    }
    assert found - AS_TYPED == set()


def test_every_model_with_a_text_brings_it_into_form_when_it_is_validated() -> None:
    models_of_ours = [model for app in APPS if app != "spotilla" for model in _models(app)]
    assert len(models_of_ours) > 20
    found = {model._meta.label for model in models_of_ours if texts(model) and not issubclass(model, TextModel)}
    assert {label for label in found if not {label, label.partition(".")[0]} & NEVER_TYPED} == set()


def _models(app: str) -> list[type[models.Model]]:
    return list(apps.get_app_config(app).get_models()) if apps.is_installed(app) else []


def test_the_admin_takes_texts_as_the_offices_forms_do() -> None:
    for model in apps.get_models():
        if admin.site.is_registered(model) and isinstance(page := admin.site.get_model_admin(model), OfficeAdmin):
            for column in texts(model):
                if column.name not in OF_DJANGO:
                    field = page.formfield_for_dbfield(column, None)  # type: ignore[arg-type]
                    assert isinstance(field, FORMS), (model, column.name)
                    assert isinstance(text_field(column), FORMS)
