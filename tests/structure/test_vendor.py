"""The browser files that we ship are the ones that their list names."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = json.loads((ROOT / "static/vendor/list.json").read_text())
FOLDERS = (ROOT / "static/vendor", ROOT / "tests/browser/vendor")


def test_no_file_is_shipped_that_the_list_does_not_name() -> None:
    listed = {f"{package['folder']}/{name}" for package in PACKAGES for name in package["sha256"]}
    shipped = {path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in folder.rglob("*") if path.is_file()}
    assert shipped - {"static/vendor/list.json"} == listed


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package["name"]))
def test_each_file_has_the_checksum_of_the_list(package: dict[str, dict[str, str]]) -> None:
    folder = ROOT / str(package["folder"])
    shipped = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in package["sha256"]}
    assert shipped == package["sha256"]


def test_the_list_has_the_versions_of_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())
    assert {package["name"]: package["version"] for package in PACKAGES} == {
        **wanted["dependencies"],
        **wanted["devDependencies"],
    }


def test_each_package_has_its_licence_beside_it() -> None:
    assert [package["name"] for package in PACKAGES if "LICENSE" not in package["sha256"]] == []
    assert [package["name"] for package in PACKAGES if not package["licence"]] == []


def test_no_shipped_file_names_a_source_map() -> None:
    """collectstatic with hashed names stops at a map that is not there."""
    text = [path for folder in FOLDERS for path in folder.rglob("*") if path.suffix in {".css", ".js"}]
    assert [path.name for path in text if b"sourceMappingURL" in path.read_bytes()] == []


def test_the_lock_file_records_no_address() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
