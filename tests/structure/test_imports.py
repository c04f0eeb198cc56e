"""Imports run one way between the apps; views, forms, admin and their like stand above all of them."""

import grimp
import pytest

APPS = ("spotilla", "sheets", "accounts", "folders", "customers", "workorders", "reports")  # the lowest first
INTERFACE_ROOMS = {"admin", "filters", "forms", "management", "templatetags", "urls", "views", "wsgi", "application"}
EXCEPTIONS = {("spotilla.web", "accounts.models")}  # the type of request.user, for the type checker alone


@pytest.fixture(scope="module")
def imports() -> list[tuple[str, str]]:
    """Each import of one of our modules by another: (who imports, what)."""
    graph = grimp.build_graph(*APPS, cache_dir=None)
    pairs = {(name, other) for name in graph.modules for other in graph.find_modules_directly_imported_by(name)}
    return sorted(pairs - EXCEPTIONS)


def app_of(module: str) -> str:
    return module.split(".", 1)[0]


def is_interface(module: str) -> bool:
    return any(
        module == f"{app}.{room}" or module.startswith(f"{app}.{room}.") for app in APPS for room in INTERFACE_ROOMS
    )


def test_domain_modules_import_only_what_stands_below_their_app(imports: list[tuple[str, str]]) -> None:
    upward = [
        f"{importer} imports {imported}"
        for importer, imported in imports
        if not is_interface(importer) and APPS.index(app_of(imported)) > APPS.index(app_of(importer))
    ]
    assert upward == []


def test_interface_modules_are_imported_by_their_own_apps_interface_alone(imports: list[tuple[str, str]]) -> None:
    crossing = [
        f"{importer} imports {imported}"
        for importer, imported in imports
        if is_interface(imported)
        and importer != "spotilla.urls"  # the list of every address
        and not (is_interface(importer) and app_of(imported) in {app_of(importer), "spotilla"})
    ]
    assert crossing == []


def test_settings_come_through_django_alone(imports: list[tuple[str, str]]) -> None:
    assert [importer for importer, imported in imports if imported == "spotilla.settings"] == []
