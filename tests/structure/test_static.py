"""The static files can be collected as an installation collects them, with their hashes in their names."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

WHITENOISE = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_an_installation_collects_every_static_file(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={"default": FILES, "staticfiles": WHITENOISE}):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
    assert finders.find("vendor/list.json") is not None
