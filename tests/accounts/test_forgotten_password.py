"""A forgotten password: a link by mail, that tells nobody who is asking who has an account."""

from __future__ import annotations

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from spotilla.outgoing_mail import mailers
from tests.factories import user

pytestmark = pytest.mark.django_db

ASK, SENT = "/accounts/forgotten/", "/accounts/forgotten/sent/"
NEW = {"new_password1": "uusi-ja-pitkä-sana", "new_password2": "uusi-ja-pitkä-sana"}


def link(message: EmailMessage) -> str:
    found = re.search(r"http://testserver(/accounts/reset/\S+)", str(message.body))
    assert found is not None
    return found[1]


def test_the_log_in_page_leads_to_a_new_password_by_a_link_that_works_once(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    sari = user("sari@spotilla.example", language="sv")
    assert f'href="{ASK}"' in client.get("/accounts/login/").content.decode()
    assert client.get(ASK).status_code == 200
    assert client.post(ASK, {"email": "Sari@spotilla.example"}).headers["Location"] == SENT
    assert client.get(SENT).status_code == 200
    (message,) = mailoutbox
    assert (message.to, message.subject) == (["sari@spotilla.example"], "Nytt lösenord: Spotilla Asiakkaat")
    form = client.get(link(message), follow=True).redirect_chain[-1][0]
    assert client.post(form, NEW).headers["Location"] == "/accounts/reset/done/"
    assert client.get("/accounts/reset/done/").status_code == 200
    sari.refresh_from_db()
    assert sari.check_password("uusi-ja-pitkä-sana")
    assert "Linkki on käytetty, liian vanha tai vajaa." in Client().get(link(message)).content.decode()


@pytest.mark.parametrize(
    "refused", [NEW | {"new_password2": "toinen"}, {"new_password1": "lyhyt", "new_password2": "lyhyt"}]
)
def test_a_password_that_does_not_do_is_not_taken(
    client: Client, mailoutbox: list[EmailMessage], refused: dict[str, str]
) -> None:
    sari = user("sari@spotilla.example")
    client.post(ASK, {"email": sari.email})
    form = client.get(link(mailoutbox[0]), follow=True).redirect_chain[-1][0]
    answer = client.post(form, refused)
    assert 'class="errorlist"' in answer.content.decode() or "invalid" in answer.content.decode()
    sari.refresh_from_db()
    assert sari.check_password("salasana-jolla-pääsee")


def test_the_answer_is_the_same_for_an_address_that_nobody_or_nobody_active_has(
    client: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    user("sari@spotilla.example")
    user("poissa@spotilla.example", is_active=False)
    user(settings.DEMO_EMAIL)
    told = set()
    for address in ("sari@spotilla.example", "poissa@spotilla.example", "ei-ole@spotilla.example", settings.DEMO_EMAIL):
        answer = client.post(ASK, {"email": address})
        page = re.sub(r"[A-Za-z0-9]{64}", "token", client.get(SENT).content.decode())
        told.add((answer.status_code, answer.headers["Location"], page))
    assert len(told) == 1
    assert [message.to for message in mailoutbox] == [["sari@spotilla.example"]]


def test_nobodys_mail_is_filled_by_another(client: Client, mailoutbox: list[EmailMessage]) -> None:
    user("sari@spotilla.example")
    for _time in range(8):
        assert client.post(ASK, {"email": "sari@spotilla.example"}).headers["Location"] == SENT
    assert len(mailoutbox) == 5


def test_a_mail_server_that_does_not_answer_is_the_logs_affair(client: Client, settings: Settings) -> None:
    user("sari@spotilla.example")
    settings.MAILERS = mailers({"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": "1"}, debug=False)
    assert client.post(ASK, {"email": "sari@spotilla.example"}).headers["Location"] == SENT


def test_where_no_mail_is_sent_the_page_says_whom_to_ask(client: Client, settings: Settings) -> None:
    settings.SENDS_MAIL = False
    for page in (client.get(ASK), client.post(ASK, {"email": "sari@spotilla.example"})):
        assert page.status_code == 200
        assert "Pyydä uusi salasana järjestelmän pääkäyttäjältä" in page.content.decode()


def test_who_is_logged_in_can_use_the_link_too(
    office: User, office_client: Client, mailoutbox: list[EmailMessage]
) -> None:
    office_client.post(ASK, {"email": office.email})
    assert 'name="new_password1"' in office_client.get(link(mailoutbox[0]), follow=True).content.decode()
