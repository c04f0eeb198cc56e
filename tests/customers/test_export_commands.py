"""The commands that export: only for who may see it, and they say what they wrote."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from customers.models import Contact
from tests import factories

THINGS = {"customers": "Customers", "contacts": "Contacts", "folders": "Folders", "spots": "Spots"}


@pytest.mark.django_db
@pytest.mark.parametrize("thing", THINGS)
def test_an_export_says_what_it_wrote_and_refuses_who_may_not_see(tmp_path: Path, thing: str) -> None:
    factories.customer("A Oy")
    Contact.objects.create(name="Anna Aalto")
    factories.spot(factories.folder("Talo"))
    factories.user("vieras@spotilla.example")
    factories.user("katselija@spotilla.example", "view")
    file, out = tmp_path / "vienti.xlsx", io.StringIO()
    with translation.override("en"):
        with pytest.raises(CommandError, match="may not see what would be exported"):
            call_command(f"export_{thing}", str(file), "--user", "vieras@spotilla.example", stdout=out)
        assert (file.exists(), out.getvalue()) == (False, "")
        for who in ((), ("--user", "katselija@spotilla.example")):
            call_command(f"export_{thing}", str(file), *who, stdout=(said := io.StringIO()))
            assert said.getvalue() == f"{THINGS[thing]}: 1, written into {file}.\n"
