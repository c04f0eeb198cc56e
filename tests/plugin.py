"""What holds for every run: the texts are compiled, and nothing is skipped in silence.

A skipped test is a failed one, and says why it could not run. A test for one engine only carries the marker `sqlite`
or `postgresql`; the run on the other engine leaves it out and counts it as deselected.
"""

from collections.abc import Generator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from spotilla.translations import compile_translations


def pytest_configure() -> None:
    compile_translations()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"No test may be skipped; this one could not run: {reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"No test may be skipped; these could not run: {reason(report.longrepr)}"
    return report


def reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    other = "postgresql" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if isinstance(item, pytest.Function) and is_transactional(item):
            item.fixturenames.append("django_db_serialized_rollback")


def is_transactional(item: pytest.Item) -> bool:
    """Whether the test commits, so that all tables are emptied after it."""
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or bool(marker and marker.kwargs.get("transaction"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Put back what the migrations brought, for the tests that come after one that committed."""
    yield
    if is_transactional(item):
        with item.config.stash[blocking_manager_key].unblock():
            # Where pytest-django keeps it, by Django's own TransactionTestCase.
            contents = connection._test_serialized_contents  # type: ignore[attr-defined]  # noqa: SLF001
            connection.creation.deserialize_db_from_string(contents)
