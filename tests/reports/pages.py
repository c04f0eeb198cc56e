"""Report pages read as people read them: the figures on a page, and the rows behind each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from django.test import Client

FIGURE = re.compile(r'<a class="fig[^"]*"\s+href="(/reports/rows/[^"]*)">([^<]*)</a>')
HEADING = re.compile(r"<h1>.*?<small>([^<]*)</small>\s*</h1>", re.DOTALL)
NUMBER = re.compile(r"[0-9][0-9 \u00a0\u202f]*(?::[0-9]{2})?")


class Figure(NamedTuple):
    url: str
    shown: int  # hours in minutes

    @property
    def in_hours(self) -> bool:
        return parse_qs(urlsplit(self.url).query)["measure"] == ["hours"]


def number(text: str) -> int:
    """“1 486” as people read it; hours in minutes: “24:46” is 1,486."""
    whole, _colon, minutes = re.sub(r"\s", "", text).partition(":")
    return int(whole) * 60 + int(minutes) if minutes else int(whole)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def figures(html: str) -> Iterator[Figure]:
    for url, text in FIGURE.findall(html):
        yield Figure(unescape(url), number(unescape(text)))


def rows_behind(client: Client, figure: Figure) -> tuple[int, int | None]:
    """(number of rows, hours) as the page that the figure opens says them."""
    found = HEADING.search(page(client, figure.url))
    assert found is not None, figure.url
    said = [number(each) for each in NUMBER.findall(unescape(found[1]))]
    return said[0], said[1] if len(said) > 1 else None


def wrong(client: Client, figure: Figure) -> str:
    """Empty when the rows behind the figure are as many, or have as many hours, as it says."""
    count, hours = rows_behind(client, figure)
    behind = hours if figure.in_hours else count
    return "" if behind == figure.shown else f"{figure.url} says {figure.shown}, its rows {behind}"
