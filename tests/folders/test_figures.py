"""Every figure of a folder's and of a spot's page opens exactly the rows that it counts."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from folders.models import Folder, Spot
from tests import factories

FIGURE = re.compile(r'<a class="fig[^"]*"\s+href="(/[^"]+)">\s*([\d\xa0]+)\s*</a>')


@pytest.fixture
def spot(db: None) -> Spot:
    today, role = timezone.localdate(), factories.role()
    top = factories.folder("Puistola")
    low = factories.folder("Kellari", factories.folder("A-talo", top))
    factories.spot(top, "Hissi", state="faulty")
    pump = factories.spot(low, "Pumppu")
    for days, done in ((-1, None), (0, None), (5, None), (-3, today)):
        due = {"due_on": today + timedelta(days=days)}
        factories.task(pump, **due, **({"done_on": done} if done else {}))
    factories.task(factories.spot(factories.folder("Muualla")), due_on=today)
    factories.request(pump, received_on=today, role=role, state="in_progress")
    factories.request(pump, received_on=today, done_on=today)
    return pump


def figures(client: Client, address: str) -> list[tuple[str, int]]:
    """(address, number) of each figure that opens a list."""
    page = client.get(address).content.decode()
    return [(unescape(url), int(text.replace("\xa0", ""))) for url, text in FIGURE.findall(page)]


@pytest.mark.parametrize("of", ["folder", "spot", "spots"])
def test_a_figure_opens_as_many_rows_as_it_says(office_client: Client, spot: Spot, of: str) -> None:
    top = Folder.objects.get(name="Puistola")
    address = {"folder": f"/folders/{top.pk}/", "spot": f"/spots/{spot.pk}/", "spots": f"/spots/?folder={top.pk}"}[of]
    said = figures(office_client, address)
    assert len(said) == {"folder": 8, "spot": 4, "spots": 4}[of]
    assert said == [(url, office_client.get(url).context["page"].paginator.count) for url, _number in said]
