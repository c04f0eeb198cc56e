"""Passwords that somebody who knows the office tries first are refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from accounts.models import User
from accounts.passwords import common_words

SARI = {"email": "sari.virtanen@huoltofirma.example", "first_name": "Sari-Anne", "last_name": "Öhman"}


def refusals(password: str) -> list[str]:
    try:
        validate_password(password, User(**SARI))
    except ValidationError as refused:
        return [str(error.code) for error in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        *("sari.virtanen@huoltofirma.example", "SariVirtanen2026!", "virtanen-12345", "huoltofirma1", "SARI-ANNE2026"),
        *("öhmanöhman1", "Sari1234567", "virtanensari99"),
        *("Spotilla2026", "spotilla-asiakkaat", "$potill4-2026", "toimisto-spotilla1"),
        *("salasana123", "Salasana2026!", "kissa12345678", "kissakoira99", "s4las4na1234", "jääkiekko2026"),
        *("perkele1995!", "Kesä-2026-kesä", "qwerty123456", "juhannus2026", "helsinki00100"),
        *("asiakasportaali1",),
    ],
)
def test_a_guessable_password_is_refused(settings: Settings, password: str) -> None:
    settings.ALLOWED_HOSTS = ["asiakasportaali.huoltofirma.example"]
    assert "password_guessable" in refusals(password)


@pytest.mark.parametrize(
    "password",
    [
        *("salasana-jolla-pääsee", "kolme kissaa katolla", "vihreä-lamppu-ovi-kuu", "Tr8x!kk2Qz0v", "8k3j-92xq-11fe"),
        *("oikea hevonen paristo niitti", "spotillan takapiha kukkii"),
    ],
)
def test_a_sentence_or_a_random_text_is_taken(password: str) -> None:
    assert refusals(password) == []


def test_the_list_is_of_some_hundreds_of_words_in_small_letters() -> None:
    words = common_words()
    assert len(words) > 500
    assert [word for word in words if word != word.casefold() or not word.isalpha()] == []


def test_the_reason_is_told_in_the_users_language(office: User, office_client: Client) -> None:
    new = {"old_password": "salasana-jolla-pääsee", "new_password1": "salasana123", "new_password2": "salasana123"}
    told = {}
    for language in ("fi", "sv", "en"):
        User.objects.filter(pk=office.pk).update(language=language)
        page = office_client.post("/accounts/password/", new).text
        with translation.override(language):
            sentence = translation.gettext(
                "It is easy to guess: a common word, or the name of you, your company or the product."
            )
        told[language] = sentence in page
    office.refresh_from_db()
    assert told == {"fi": True, "sv": True, "en": True}
    assert office.check_password("salasana-jolla-pääsee")
