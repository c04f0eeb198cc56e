"""What every answer has in common: nothing private stays in a cache, and only GET, HEAD and POST are answered."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client

from customers.models import Customer
from tests.structure.sources import ROOT

PAGES = ["/", "/customers/", "/customers/new/", "/search/?q=a", "/admin/", "/accounts/password/", "/ei-ole/"]
FILES = ["/customers/export/", "/contacts/export/", "/folders/export/"]

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("address", [*PAGES, *FILES, "/accounts/login/"])
def test_no_page_and_no_file_is_kept_in_a_cache(office_client: Client, address: str) -> None:
    answer = office_client.get(address)
    assert "no-store" in answer["Cache-Control"]


def test_what_a_form_is_answered_is_not_kept_either(office_client: Client) -> None:
    refused = office_client.post("/customers/new/", {"name": ""})
    assert (refused.status_code, refused["Cache-Control"]) == (422, "no-store")
    part = office_client.get("/customers/", headers={"HX-Request": "true"})
    assert (part.status_code, part["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("address", [*PAGES, *FILES, "/accounts/login/", "/accounts/logout/"])
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_answered_with_no_page(office_client: Client, method: str, address: str) -> None:
    for client in (Client(), office_client):
        answer = client.generic(method, address)
        assert (answer.status_code, answer["Allow"], answer.content) == (405, "GET, HEAD, POST", b"")
    assert Customer.objects.count() == 0
    assert office_client.get("/customers/").status_code == 200  # still logged in


def settings_of(**environment: str) -> list[str]:
    """What an installation with that environment says of its cookies and of HSTS."""
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    asked = f"import spotilla.settings as s; print(*(getattr(s, n) for n in {names!r}), sep='\\n')"
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    told = subprocess.run(
        [sys.executable, "-c", asked], env=kept | environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return told.stdout.split()


def test_an_installations_cookies_are_of_its_host_alone_and_hsts_is_for_that_host_unless_it_says_more() -> None:
    assert settings_of(DJANGO_SECRET_KEY="x") == ["__Host-sessionid", "__Host-csrftoken", "False", "False"]
    assert settings_of(DJANGO_DEBUG="1") == ["sessionid", "csrftoken", "False", "False"]
    more = settings_of(DJANGO_SECRET_KEY="x", HSTS_SUBDOMAINS="1", HSTS_PRELOAD="1")
    assert more[2:] == ["True", "True"]
