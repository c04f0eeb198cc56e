"""What the admin's lists hold and find, where a row's history leads, and the language of Django's own texts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Contact
from customers.ownership import attach
from folders.models import Operation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def found(client: Client, model: str, typed: str) -> list[Any]:
    page: Any = client.get(reverse(f"admin:{model}_changelist"), {"q": typed})
    return list(page.context["cl"].result_list)


def test_the_list_of_operations_stays_small_however_much_an_import_brought(office_client: Client) -> None:
    for number in range(1000, 1060):
        Operation.objects.create(number=number, kind="import_customers", arguments={"rows": list(range(20_000))})
    page = office_client.get(reverse("admin:folders_operation_changelist"))
    assert (page.status_code, len(page.content) < 100_000) == (200, True)
    assert "rows&quot;: [0, 1, 2, " in page.content.decode()
    one = office_client.get(reverse("admin:folders_operation_change", args=[1000]))
    assert "19999" in one.content.decode()


def test_places_and_attachments_are_found_by_the_names_of_what_they_are_about(office_client: Client) -> None:
    folder = factories.folder("Äänekosken Koskikara")
    spot = factories.spot(folder, "Lämmönjakohuone")
    attachment = attach(factories.customer("Isännöinti Åberg Oy"), folder, by=None)
    factories.spot(factories.folder("Muu"), "Toinen")
    assert found(office_client, "folders_placement", "koskikara") == [folder.placements.get()]
    assert found(office_client, "folders_spotplacement", "LÄMMÖNJAKO") == [spot.placements.get()]
    assert found(office_client, "customers_attachment", "åberg") == [attachment]
    assert found(office_client, "customers_attachment", "koskikara") == [attachment]
    assert found(office_client, "folders_placement", "ei sellaista") == []


def test_history_leads_to_the_history_that_knows_every_change(office_client: Client) -> None:
    folder, customer = factories.folder(), factories.customer()
    contact = Contact.objects.create(name="Åsa Öberg")
    leads = {
        "folders_folder": (folder, "folders:history"),
        "customers_customer": (customer, "customers:log"),
        "customers_contact": (contact, "customers:contact_log"),
    }
    for model, (row, history) in leads.items():
        response = office_client.get(reverse(f"admin:{model}_history", args=[row.pk]))
        assert (response.status_code, response.headers["Location"]) == (302, reverse(history, args=[row.pk]))
        assert office_client.get(reverse(f"admin:{model}_history", args=["x1"])).status_code in {302, 404}
    spot = factories.spot(folder)
    assert office_client.get(reverse("admin:folders_spot_history", args=[spot.pk])).status_code == 200


@pytest.mark.parametrize(("language", "today"), [("fi", "Tänään (%(date)s)"), ("sv", "I dag (%(date)s)")])
def test_the_admins_scripts_speak_the_readers_language(
    office_client: Client, office: User, language: str, today: str
) -> None:
    office.language = language
    office.save()
    texts = office_client.get(reverse("admin:jsi18n")).content.decode()
    assert f'"Today (%(date)s)": {json.dumps(today)}' in texts
