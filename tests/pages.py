"""Forms as a browser sends them: with what the page that was opened carries in its hidden fields."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

VERSION = re.compile(r'name="version"\s+value="([^"]*)"')
MARK = re.compile(r'name="task"\s+value="(([0-9]+)-[^"]*)"')
BUTTON = re.compile(r"(?:state|reopen)/$")  # an address that has no page: its buttons are on the one above


def version(client: Client, page: str) -> dict[str, str]:
    """The version that the form of a page carries."""
    found = VERSION.search(client.get(page).content.decode())
    assert found, f"{page} carries no version"
    return {"version": html.unescape(found[1])}


def send(client: Client, address: str, typed: Mapping[str, Any]) -> Any:
    """Opens the form's page, and sends it at once with what was typed."""
    return client.post(address, {**version(client, BUTTON.sub("", address)), **typed})


def marks(client: Client, page: str) -> dict[int, str]:
    """What the boxes of a list of tasks send, by the task's id."""
    return {int(pk): html.unescape(sent) for sent, pk in MARK.findall(client.get(page).content.decode())}
