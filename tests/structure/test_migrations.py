"""The migrations say what the models say, and have names that tell what they do."""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.structure.sources import APPS, ROOT


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_every_app_with_models_has_migrations() -> None:
    without = [name for name in APPS if apps.get_app_config(name).models and not migrations(name)]
    assert without == []


def test_every_migration_has_a_name_of_its_own() -> None:
    assert [str(path) for name in APPS for path in migrations(name) if "_auto_" in path.stem] == []


def migrations(app: str) -> list[Path]:
    return sorted((ROOT / app / "migrations").glob("[0-9]*.py"))
