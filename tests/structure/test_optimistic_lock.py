"""Whoever changes a row of these carries the version of what the page showed (spotilla.optimistic_lock), so that two
people at once are told.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory

from accounts.models import User
from customers.models import Contact, Customer, CustomerContact
from folders.models import Folder, Spot
from spotilla.optimistic_lock import VersionedActionForm, VersionedForm
from tests.structure.sources import ROOT, nodes, product_files, where
from workorders.models import ServiceRequest, Task, WorkOrder

VERSIONED = (Contact, Customer, CustomerContact, Folder, ServiceRequest, Spot, Task, WorkOrder)
OF_NEW_ROWS = {"AddContactForm"}  # makes a row, and changes none

# What changes work, of which a page says what its user saw. give_order goes after change_order, in its transaction.
OPERATIONS = {
    *("change_task", "relocate_task", "add_tasks"),
    *("change_request", "relocate_request", "edit_request"),
    *("change_order", "close_order", "reopen_order"),
}
PAGES = {"views", "forms", "admin"}

FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
CARRIED = re.compile(r"\.version \}\}|value=\"\{\{ mark \}\}\"|\{\{ form \}\}|for field in form")
NEW = {"new_order.html", "new_request.html", "new_task.html"}


def all_forms() -> Iterator[type[forms.BaseForm]]:
    """Every form class of ours."""
    for path in product_files():
        if "forms" in {path.stem, path.parent.name} or path.stem == "admin":
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for made in vars(module).values():
                if isinstance(made, type) and issubclass(made, forms.BaseForm) and made.__module__ == module.__name__:
                    yield made


def unversioned(form: Any) -> bool:
    meta = getattr(form, "_meta", None)
    of = getattr(meta, "model", None)
    return of in VERSIONED and not (issubclass(form, VersionedForm) and "version" in form.base_fields)


def test_every_form_of_a_row_carries_its_version() -> None:
    found = list(all_forms())
    assert {VersionedForm, VersionedActionForm} <= {base for form in found for base in form.__mro__}
    assert {form.__name__ for form in found if unversioned(form)} == OF_NEW_ROWS


def test_a_form_without_it_is_found() -> None:
    class TaskForm(forms.ModelForm[Task]):
        class Meta:
            model = Task
            fields = ("name",)

    assert unversioned(TaskForm)


def unsaid(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of an operation that changes work, without what the page showed of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OPERATIONS:
            said = {given.arg for given in node.keywords}
            if "version" not in said and not (node.func.id == "add_tasks" and "Version(" in ast.unparse(node)):
                yield node


def test_every_page_that_changes_work_says_what_it_showed_of_it() -> None:
    found = [
        f"{where(path, call.lineno)}: {ast.unparse(call.func)} without a version"
        for path in product_files()
        if PAGES & {path.stem, path.parent.name}
        for call in unsaid(ast.parse(path.read_text()))
    ]
    assert found == []


def test_an_operation_without_it_is_found() -> None:
    assert list(unsaid(ast.parse("changed = change_task(item, 'done', done_on=day)")))
    assert not list(unsaid(ast.parse("changed = change_task(item, 'done', version=form.page_version())")))


def test_no_page_writes_work_but_by_its_operations() -> None:
    """Neither by `update()` nor by the save of a row that a form did not make."""
    found = [
        where(path, node.lineno)
        for path in product_files()
        if path.parts[-3:-1] in {("workorders", "views"), ("workorders", "forms")}
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"update", "bulk_update"}
        and "objects" in ast.unparse(node.func)
    ]
    assert found == []


def silent(page: str) -> list[str]:
    """The forms of a page that send no version."""
    return [found for found in FORM.findall(page) if not CARRIED.search(found)]


def test_every_form_on_a_page_of_work_sends_a_version() -> None:
    pages = [*(ROOT / "templates" / "workorders").glob("*.html"), ROOT / "templates" / "partials" / "form.html"]
    found = {path.name: forms for path in pages if path.name not in NEW and (forms := silent(path.read_text()))}
    assert found == {}


def test_a_button_without_it_is_found() -> None:
    assert silent('<form method="post">{% csrf_token %}<button name="state" value="open">Reopen</button></form>')
    assert not silent('<form method="post">{% csrf_token %}{{ buttons.version }}<button>Reopen</button></form>')


@pytest.mark.parametrize("model", VERSIONED)
def test_every_form_of_the_admin_carries_it_too(model: Any) -> None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    for page in admin.site._registry.values():  # noqa: SLF001
        if page.model is model:
            assert issubclass(page.form, VersionedForm), model
            assert "version" in flatten_fieldsets(page.get_fieldsets(request, model(pk=1))), model
        for inline in page.inlines:
            if inline.model is model:
                assert issubclass(inline.form, VersionedForm), model
                assert "version" in (inline.fields or ()), model
