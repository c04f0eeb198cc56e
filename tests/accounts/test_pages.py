"""Logging in and out, the password, the language."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import customer, user

PASSWORD = "salasana-jolla-pääsee"


def test_the_e_mail_logs_in_however_it_is_typed_and_a_wrong_password_does_not(db: None) -> None:
    user("sari@spotilla.example", "view")
    client = Client()
    refused = client.post("/accounts/login/", {"username": "sari@spotilla.example", "password": "arvaus"})
    assert refused.status_code == 200
    assert client.get("/folders/").status_code == 302
    entered = client.post(
        "/accounts/login/?next=/folders/", {"username": "Sari@Spotilla.example", "password": PASSWORD}
    )
    assert (entered.status_code, entered.headers["Location"]) == (302, "/folders/")
    assert client.get("/folders/").status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert client.get("/folders/").headers["Location"] == "/accounts/login/?next=/folders/"


def test_the_password_is_changed_by_who_knows_the_old_one(office: User, office_client: Client) -> None:
    new = {"new_password1": "uusi-ja-pitkä-sana", "new_password2": "uusi-ja-pitkä-sana"}
    office_client.post("/accounts/password/", {"old_password": "arvaus"} | new)
    office.refresh_from_db()
    assert office.check_password(PASSWORD)
    changed = office_client.post("/accounts/password/", {"old_password": PASSWORD} | new)
    assert changed.headers["Location"] == "/accounts/password/done/"
    office.refresh_from_db()
    assert office.check_password("uusi-ja-pitkä-sana")
    assert office_client.get("/accounts/password/done/").status_code == 200


def test_the_language_chosen_is_kept_on_the_user_and_in_a_cookie_for_the_log_in_page(
    office: User, office_client: Client
) -> None:
    answer = office_client.post("/accounts/language/", {"language": "sv", "next": "/folders/?q=a"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/folders/?q=a")
    office.refresh_from_db()
    assert office.language == "sv"
    assert 'lang="sv"' in office_client.get("/folders/").content.decode()
    office_client.logout()
    office_client.cookies["django_language"] = "sv"
    assert '<html lang="sv"' in office_client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("given", ["de", "", "../fi"])
def test_a_language_that_is_none_of_ours_changes_nothing(office: User, office_client: Client, given: str) -> None:
    office_client.post("/accounts/language/", {"language": given, "next": "https://elsewhere.example/"})
    office.refresh_from_db()
    assert office.language == "fi"


def test_the_choice_of_language_leads_to_no_other_site(office_client: Client) -> None:
    answer = office_client.post("/accounts/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_finnish_comes_first_whatever_the_browser_prefers(db: None) -> None:
    page = Client().get("/accounts/login/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="fi"' in page


def test_the_front_page_is_the_customers(office_client: Client) -> None:
    customer()
    assert office_client.get("/").headers["Location"] == "/customers/"


def test_the_front_page_is_another_for_who_may_not_see_customers(db: None) -> None:
    client = Client()
    client.force_login(user("työt@spotilla.example", "folders.view_spot", "workorders.view_task"))
    assert client.get("/").headers["Location"] == "/spots/"
    assert Client().get("/", follow=True).redirect_chain[-1] == ("/accounts/login/?next=/", 302)


def test_a_page_that_is_not_there_says_so_with_the_way_on(office_client: Client) -> None:
    answer = office_client.get("/ei-ole/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()
