"""What once ended a page with an error of the program, each by itself: now it is answered, or refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from customers.models import Change, Contact, CustomerContact
from folders.models import Folder
from sheets.models import FORGOTTEN, Upload
from spotilla.application import application
from tests import factories
from tests.access.routes import ROUTES
from tests.access.test_admin import page
from tests.access.test_attacks import undone
from tests.sheets.books import book, given

HTMX = {"HX-Request": "true"}
LONG = "ä" * 32_768  # a letter more than a cell of Excel takes

pytestmark = pytest.mark.django_db


# ---- The admin -------------------------------------------------------------------------------------------------------


def test_changes_are_found_by_the_number_of_their_customer_or_contact(office_client: Client) -> None:
    customer, contact = factories.customer(), Contact.objects.create(name="Åsa Öberg")
    factories.customer()
    CustomerContact.objects.create(customer=customer, contact=contact)
    of_customer = set(Change.objects.filter(customer=customer))
    assert found(office_client, str(customer.pk)) >= of_customer
    assert found(office_client, f" {contact.pk} ") >= set(Change.objects.filter(contact=contact))
    assert found(office_client, "") == set(Change.objects.all())
    assert [found(office_client, words) for words in ("Åsa", "²", "-1", "9" * 18, "9" * 5000)] == [set()] * 5


def found(client: Client, words: str) -> set[Change]:
    return set(client.get(page(Change, "changelist"), {"q": words}).context["cl"].result_list)


@pytest.mark.long
def test_each_list_of_the_admin_can_be_searched_for_anything(office_client: Client) -> None:
    factories.task(factories.spot(factories.folder()))
    for model in filter(admin.site.is_registered, apps.get_models()):
        for words in ("7", "x", "²", "-1", "9" * 30, "9" * 5000, "'\"", "a b c"):
            response = undone(office_client.get, page(model, "changelist"), {"q": words})
            assert (model.__name__, words, response.status_code) == (model.__name__, words, 200)


@pytest.mark.parametrize("action", ["history", "change", "delete"])
def test_a_number_in_digits_of_another_alphabet_is_no_row_of_the_admin(office_client: Client, action: str) -> None:
    for model in filter(admin.site.is_registered, apps.get_models()):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}"
        response = undone(office_client.get, reverse(name, args=["٩٩٩٩"]))
        assert (name, response.status_code in {302, 403, 404}) == (name, True)


def waiting(user: User, content: bytes = b"", **fields: Any) -> Upload:
    return Upload.objects.create(user=user, name="asiakkaat.xlsx", content=content, **fields)


def test_a_user_with_waiting_imports_is_deleted_without_looking_into_the_files(office_client: Client) -> None:
    user = factories.user("entinen@spotilla.example")
    upload = waiting(user, b"x" * 1000)
    upload.rows.create(number=2, hidden=False, outcome="new", cells="[]")
    address = page(User, "delete", user.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = office_client.get(address)
    assert "asiakkaat.xlsx" not in shown.text
    assert [query["sql"] for query in queries if "sheets_" in query["sql"]] == []
    with CaptureQueriesContext(connection) as queries:
        assert office_client.post(address, {"post": "yes"}).status_code == 302
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and "sheets_" in query["sql"]]
    assert [sql for sql in read if '"content"' in sql or '"cells"' in sql] == []
    assert (User.objects.filter(pk=user.pk).count(), Upload.objects.count()) == (0, 0)


def test_what_refers_to_a_row_forbids_its_deletion_and_is_told_by_its_kind(office: User, office_client: Client) -> None:
    User.objects.filter(pk=office.pk).update(language="en")
    task = factories.task(factories.spot(factories.folder()))
    address = page(type(task.role), "delete", task.role.pk)
    assert office_client.get(address).context["protected"] == ["Tasks"]
    assert office_client.post(address, {"post": "yes"}).status_code == 200
    task.role.refresh_from_db()  # is still there
    free = factories.role("Vapaa")
    assert office_client.post(page(type(free), "delete", free.pk), {"post": "yes"}).status_code == 302
    assert not type(free).objects.filter(pk=free.pk).exists()


def test_what_a_contacts_page_of_deleting_says_names_nobody_whom_it_serves(office: User, office_client: Client) -> None:
    User.objects.filter(pk=office.pk).update(language="en")
    contact = Contact.objects.create(name="Åsa Öberg")
    for _number in range(2):
        CustomerContact.objects.create(customer=factories.customer(), contact=contact)
    address = page(Contact, "delete", contact.pk)
    assert list(office_client.get(address).context["model_count"]) == []
    assert office_client.post(address, {"post": "yes"}).status_code == 302
    assert CustomerContact.objects.count() == 0


def test_files_are_read_from_the_database_when_they_are_asked_for_alone(office: User) -> None:
    old = waiting(office, b"tavut")
    Upload.objects.filter(pk=old.pk).update(created=timezone.now() - 2 * FORGOTTEN)
    with CaptureQueriesContext(connection) as queries:
        upload = Upload.objects.select_related("user").get(pk=old.pk)
        assert Upload.objects.forget() == (1, 0)
    assert [
        query["sql"] for query in queries if '"content"' in query["sql"] and query["sql"].startswith("SELECT")
    ] == []
    again = waiting(office, b"tavut")
    assert bytes(Upload.objects.get(pk=again.pk).content) == b"tavut"
    assert upload.get_deferred_fields() == {"content"}


# ---- htmx ------------------------------------------------------------------------------------------------------------


def test_each_page_answers_htmx_too(office_client: Client) -> None:
    for name, route in ROUTES.items():
        if not route.of:
            response = office_client.get(f"{reverse(name)}?{route.query}", headers=HTMX)
            assert (name, response.status_code) == (name, 200)


@pytest.mark.parametrize(
    "address",
    [
        *("http://[", "//[", "https://muualla.example/x", "//muualla.example/x", "/\\muualla.example", "javascript:x"),
        *("http://testserver//muualla.example/x", "http://testserver:x/", "http:///muualla.example", "\t", "ä" * 5000),
    ],
)
def test_where_htmx_says_that_the_reader_is_leads_nowhere_else(address: str) -> None:
    response = Client().get("/folders/", headers=HTMX | {"HX-Current-URL": address})
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/accounts/login/")


# ---- What no browser sends -------------------------------------------------------------------------------------------

PART = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nMalmi\r\n--x--\r\n'


@pytest.mark.parametrize("charset", ["zlib", "utf-16", "idna", "iso-8859-1", "undefined", "ei-ole", "rot13"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_another_charset_than_the_pages_own_is_refused(office_client: Client, charset: str, kind: str) -> None:
    body = PART if "multipart" in kind else b"name=Malmi"
    for said in (f"charset={charset}", f'charset="{charset}"'):
        posted = office_client.generic("POST", "/folders/new/", body, content_type=f"{kind}; {said}")
        assert posted.status_code == 400
    assert not Folder.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        *(
            ("text/plain; charset=zlib", 400),
            ("text/plain; charset=rot13", 400),
            ("text/plain; charset=undefined", 400),
        ),
        *(("text/plain; charset*=utf-8''a%00b", 400), ("text/plain; charset*=ei-ole''%ff", 400)),
        *(("text/plain; charset=utf-8", 302), ("text/plain", 302), ("", 302)),
    ],
)
def test_the_server_refuses_what_django_makes_no_request_of(content_type: str, status: int) -> None:
    assert served("/customers/?q=a", content_type) == [status]


def test_the_server_refuses_an_address_with_too_many_fields_whatever_its_charset() -> None:
    address = f"/customers/?{'a=1&' * 1_100}"
    assert [served(address, each) for each in ("", "text/plain; charset=utf-8")] == [[302], [400]]


def served(address: str, content_type: str) -> list[int]:
    environ = RequestFactory().get(address).environ | {"CONTENT_TYPE": content_type}
    answered: list[str] = []
    application(environ, lambda line, headers: answered.append(line))
    return [int(line.split()[0]) for line in answered]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"'])
def test_the_pages_own_charset_is_taken_however_it_is_written(office_client: Client, charset: str) -> None:
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    assert office_client.generic("POST", "/folders/new/", PART, content_type=kind).status_code == 302
    assert Folder.objects.get().name == "Malmi"


@pytest.mark.parametrize("host", ["testserver", "muualla.example"])
@pytest.mark.parametrize("address", ["/folders/new/", "/ei/ole/", "/folders/new", "/admin/folders/folder/1/change/"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=", PART),
        ("multipart/form-data; boundary=\xff", PART),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a" * 2_000),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", b"name=Malmi"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1_100),
    ],
)
def test_what_nobody_can_read_is_refused_wherever_it_is_sent(
    office_client: Client, kind: str, body: bytes, address: str, host: str
) -> None:
    """Pages of errors look for a token in what was sent, and once met there what cannot be read."""
    response = office_client.generic("POST", address, body, content_type=kind, headers={"Host": host})
    assert response.status_code == 400
    assert "Mitään ei tallennettu" in response.text
    assert not Folder.objects.exists()


@pytest.mark.parametrize("cookie", ['sessionid="\\000aaaaaaaaaaa"', "sessionid=\0aaaaaaaaaaa"])
def test_a_cookie_with_nul_is_nobodys(cookie: str) -> None:
    response = Client().get("/customers/", headers={"Cookie": cookie})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/customers/")


# ---- Choices of an import --------------------------------------------------------------------------------------------


@pytest.fixture
def upload(office: User, office_client: Client) -> Upload:
    return sent(office_client, given("own/virheet.xlsx"))


def sent(client: Client, content: bytes) -> Upload:
    response = client.post("/customers/import/", {"file": SimpleUploadedFile("asiakkaat.xlsx", content)})
    assert response.status_code == 302
    return Upload.objects.latest("pk")


@pytest.mark.parametrize(
    "said",
    [
        *({"mended": "3", "cell-name": text} for text in ("A\0B", LONG)),
        *({"use": f"3 name {text}"} for text in ("A\0B", LONG)),
        *({"missing": text} for text in ("le\0ave", LONG)),
        *({name: text} for name in ("all", "same", "ask", "leave_out") for text in ("\0", "9" * 18 + "\0", LONG)),
    ],
)
def test_a_choice_that_no_cell_can_hold_is_refused(office_client: Client, upload: Upload, said: dict[str, str]) -> None:
    before = Upload.objects.values("choices", "seen", "update").get()
    response = undone(office_client.post, reverse("customers:import_choose", args=[upload.pk]), said)
    assert response.status_code == 400
    assert Upload.objects.values("choices", "seen", "update").get() == before


@pytest.mark.parametrize("said", [{"missing": "leave"}, {"sheet": "A"}, {"mended": "3", "cell-name": "A"}])
def test_a_file_that_was_never_looked_at_is_looked_at_before_anything_is_chosen(
    office: User, office_client: Client, said: dict[str, str]
) -> None:
    upload = waiting(office, given("own/vain_nimi.xlsx"))
    response = office_client.post(reverse("customers:import_choose", args=[upload.pk]), said)
    preview = reverse("customers:import_preview", args=[upload.pk])
    assert (response.status_code, response.headers["Location"]) == (302, preview)
    assert office_client.get(preview).status_code == 200


def test_the_longest_text_of_a_cell_is_taken(office_client: Client, upload: Upload) -> None:
    said = {"mended": "3", "cell-name": LONG[:-1]}
    assert office_client.post(reverse("customers:import_choose", args=[upload.pk]), said).status_code == 302
    assert Upload.objects.get().choices["cells"] == {"3": {"name": LONG[:-1]}}


@pytest.mark.parametrize("seen", ["\0", "9" * 65, "x", "1-a-0\n"])
def test_a_mark_that_no_preview_gave_is_refused(office_client: Client, settings: Any, seen: str) -> None:
    settings.IMPORT_ROWS_AT_ONCE = 0  # so that it is kept for the worker
    upload = sent(office_client, given("own/vain_nimi.xlsx"))
    for name in ("customers:import_preview", "customers:import_undo"):
        if name.endswith("undo"):
            Upload.objects.filter(pk=upload.pk).update(state="imported", operation=10**6, imported=timezone.now())
        response = undone(office_client.post, reverse(name, args=[upload.pk]), {"seen": seen})
        assert (name, response.status_code) == (name, 400)


def test_a_heading_with_nul_is_read_and_matched(office_client: Client) -> None:
    """_x0000_ is how a workbook writes it."""
    upload = sent(office_client, book(["Nimi", "Muu_x0000_ A"], ["A Oy", "Espoo_x0000_"]))
    headings = reverse("customers:import_headings", args=[upload.pk])
    fields = list(office_client.get(headings).context["form"].fields)
    assert office_client.post(headings, {fields[0]: "city"}).status_code == 302
    assert office_client.get(reverse("customers:import_preview", args=[upload.pk])).status_code == 200
