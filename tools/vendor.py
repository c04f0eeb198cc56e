"""Renew the browser files that we ship: npm packages -> static/vendor and tests/browser/vendor, with one list of them.

Run by `make vendor` after `npm ci`; nothing else needs npm. To take a newer version: change it in package.json, run
`npm install --package-lock-only`, then `make vendor`, and change the address in the templates.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "static/vendor/list.json"
SOURCE_MAP = re.compile(rb"(?m)^(//[#@] ?sourceMappingURL=.*|/\*[#@] ?sourceMappingURL=.*?\*/)[ \t]*\r?\n?")


class Package(NamedTuple):
    name: str
    folder: str
    file: str
    licence: str = "LICENSE"


PACKAGES = (
    # Tabler's package carries no licence file: ours has the usual text with the notice that stands in its css.
    Package(
        "@tabler/core",
        "static/vendor/tabler-{version}",
        "dist/css/tabler.min.css",
        "../../../tools/licences/tabler.txt",
    ),
    Package("htmx.org", "static/vendor/htmx-{version}", "dist/htmx.min.js"),
    Package("@fontsource-variable/inter", "static/vendor/inter-{version}", "files/inter-latin-wght-normal.woff2"),
    Package("axe-core", "tests/browser/vendor/axe-core-{version}", "axe.min.js"),
)


def without_source_map(name: str, content: bytes) -> bytes:
    """The maps are not shipped, and collectstatic refuses a file that names a map that is not there."""
    return SOURCE_MAP.sub(b"", content) if name.endswith((".css", ".js")) else content


def copy(package: Package) -> dict[str, object]:
    source = ROOT / "node_modules" / package.name
    about = json.loads((source / "package.json").read_text())
    folder = package.folder.format(version=about["version"])
    for old in ROOT.glob(package.folder.format(version="*")):
        shutil.rmtree(old)
    (ROOT / folder).mkdir(parents=True)
    sums = {}
    for origin, name in ((package.file, Path(package.file).name), (package.licence, "LICENSE")):
        content = without_source_map(name, (source / origin).read_bytes())
        (ROOT / folder / name).write_bytes(content)
        sums[name] = hashlib.sha256(content).hexdigest()
    return {
        "name": package.name,
        "version": about["version"],
        "licence": about["license"],
        "folder": folder,
        "sha256": sums,
    }


if __name__ == "__main__":
    rows = [copy(package) for package in PACKAGES]
    LIST.write_text(json.dumps(rows, indent=2) + "\n")
