"""The first page that anybody sees."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import Role, User


def test_the_log_in_page_has_nothing_that_axe_minds(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/accounts/login/")
    assert axe(page) == []


def test_a_user_logs_in_with_e_mail_and_password(page: Page, office: User) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill("Toimisto@spotilla.example")
    page.locator("input[name=password]").fill("salasana-jolla-pääsee")
    page.locator("button[type=submit]").first.click()
    expect(page).not_to_have_url("/accounts/login/")
    assert sorted(Role.objects.values_list("name", flat=True)) == ["Lukija", "Pääkäyttäjä", "Toimisto"]
