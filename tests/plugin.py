"""What holds for every run: the texts are compiled, and nothing is skipped in silence.

A skipped test is a failed one, and says why it could not run. A test for one engine only carries the marker `sqlite` or `postgresql`; the run on the other engine leaves it out and
counts it as deselected.
"""

from collections.abc import Generator

import pytest
from django.conf import settings

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    other = "postgresql" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
