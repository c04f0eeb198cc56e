"""What holds for every run: the texts are compiled, nothing is skipped in silence, and migrations' rows stay.

A skipped test is a failed one, and says why it could not run. A test for one engine only carries the marker `sqlite`
or `postgresql`; the run on the other engine leaves it out and counts it as deselected. So does the run on PostgreSQL
with a test that asks no database: it would do the same twice. A test that commits ends with all tables emptied; here
they get back the rows that the migrations brought, for it and for the tests after it.
"""

from collections.abc import Generator

import pytest
from django.conf import settings
from django.db import connection
from django.test import SimpleTestCase
from hypothesis import settings as settings_of_hypothesis
from pytest_django.plugin import blocking_manager_key

from spotilla.translations import compile_translations

rows_of_migrations = pytest.StashKey[str | None]()
KEPT_AS = "_test_serialized_contents"  # where Django's create_test_db and TransactionTestCase keep those rows


# A run says something of the program and nothing of luck: hypothesis makes up the same values each time, unless it is
# told otherwise (`--hypothesis-profile=default` looks for new ones).
settings_of_hypothesis.register_profile("the same each time", derandomize=True)


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    settings_of_hypothesis.load_profile("the same each time")
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
    on_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    other = "postgresql" if on_sqlite else "sqlite"
    left_out = {item for item in items if item.get_closest_marker(other) or not (on_sqlite or asks_a_database(item))}
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if isinstance(item, pytest.Function) and commits(item):
            item.fixturenames.append("django_db_serialized_rollback")
            if marker := item.get_closest_marker("django_db"):  # pytest-django reads it and not the fixture's name
                item.add_marker(pytest.mark.django_db(**{**marker.kwargs, "serialized_rollback": True}), append=False)


def asks_a_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    of_django = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    by_mark = item.get_closest_marker("django_db") or item.get_closest_marker("postgresql")
    return bool(fixtures) or of_django or by_mark is not None


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's database is a file: one in memory would be a single connection, which the threads of a live server share
    and break for each other."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    result = yield
    if fixturedef.argname == "django_db_setup":
        request.config.stash[rows_of_migrations] = getattr(connection, KEPT_AS, None)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    rows = item.config.stash.get(rows_of_migrations, None)
    if rows is None or not commits(item):
        return (yield)
    # Beside Playwright's event loop Django uses another connection than the one that knows the rows.
    setattr(connection, KEPT_AS, rows)
    yield
    if nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(rows)
    return None
