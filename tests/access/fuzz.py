"""Requests made up at random from the table of routes, the admin's included: the same number gives the same requests.

A request is the right one with something wrong in it: an address of one row with another's id or none, a form as its
page shows it with other values in some fields, and headers that no browser of ours sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from accounts.models import User
from spotilla.application import application
from tests.access.hostile import (
    BODIES,
    CONTENT_TYPES,
    ENDS,
    FILES,
    HEADERS,
    LONG,
    METHODS,
    NAMES,
    TYPED,
    VALUES,
    WEIGHTS,
)
from tests.access.routes import ROUTES
from tests.structure.sources import APPS

LEFT = {"admin:logout", "logout", "admin:jsi18n"}  # what ends the session, and what is the same for everybody
TOKEN = "x" * 32
OURS = [model for model in apps.get_models() if model._meta.app_label in APPS]


class Answer(NamedTuple):
    status: int
    content_type: str
    content: bytes


class Door(RequestFactory):
    """Sends what it makes to the application as a server does, with a token that a form would have."""

    def request(self, **request: Any) -> Any:
        made: Any = self  # of Django's own client, which is not all in its stubs
        began: list[tuple[str, dict[str, str]]] = []
        environ = made._base_environ(**request)  # noqa: SLF001
        # A server gives what has come and no more; Django's own stand-in minds a length that promises more.
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read())
        answered = application(environ, lambda status, headers: began.append((status, dict(headers))))
        content = b"".join(answered)
        if hasattr(answered, "close"):
            answered.close()
        ((status, headers),) = began
        return Answer(int(status[:3]), headers.get("Content-Type", ""), content)


@dataclass(frozen=True)
class Asked:
    """A request, as it can be written into a test of its own."""

    route: str
    method: str
    path: str
    body: Any = None  # fields, or (content type, bytes)
    headers: dict[str, str] = field(default_factory=dict)
    by: int | None = None  # a user's id

    def send(self, door: Door, sessions: dict[int | None, str]) -> Any:
        """The answer; an error of the program is raised, where the settings say DEBUG_PROPAGATE_EXCEPTIONS."""
        headers, cookies = {"X-CSRFToken": TOKEN} | self.headers, self.headers.get("Cookie", "a=b")
        headers["Cookie"] = f"{cookies}; csrftoken={TOKEN}"
        if "sessionid" not in cookies:
            headers["Cookie"] += f"; sessionid={sessions[self.by]}"
        extra: dict[str, Any] = {"CONTENT_LENGTH": headers.pop("Content-Length")} if "Content-Length" in headers else {}
        if isinstance(self.body, dict):
            return door.post(self.path, self.body, headers=headers, **extra)
        kind, content = self.body or ("application/octet-stream", b"")
        return door.generic(self.method, self.path, content, content_type=kind, headers=headers, **extra)

    def __str__(self) -> str:
        sent = f"{str(self.body)[:400]} {str(self.headers)[:300]}"
        return f"{self.route} {self.method} {self.path[:300]} {sent} by {self.by}"


# ---- forms of pages --------------------------------------------------------------------------------------------------


@dataclass
class Form:
    action: str
    posted: bool
    fields: dict[str, list[str]] = field(default_factory=dict)  # name → values that it has or offers
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page, with what their fields hold and offer; fields outside of a form belong to the last one."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.select, self.area = address, "", ""
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            posted = said.get("method", "get").lower() == "post"
            self.forms.append(Form(said.get("action") or self.address, posted))
        if tag == "select":
            self.select = said.get("name", "")
        name = self.select if tag == "option" else said.get("name", "")
        if not self.forms or not name or tag not in {"input", "button", "option", "textarea", "select"}:
            return
        if said.get("type") == "file":
            self.forms[-1].files.append(name)
            return
        values = self.forms[-1].fields.setdefault(name, [])
        if tag != "select":
            values.append(said.get("value", ""))
        self.area = name if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].fields[self.area] = [data]
            self.area = ""


def forms_of(address: str, html: str) -> list[Form]:
    parser = Forms(address)
    parser.feed(html)
    return parser.forms


# ---- requests --------------------------------------------------------------------------------------------------------


def patterns(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """(name, address with {} for each of its arguments) of every route."""
    for pattern in resolver.url_patterns:
        at = prefix + re.sub(r"\^?\(\?P(<\w+>)[^)]*\)(.*)\$", r"\1\2", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, at, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", "/" + re.sub(r"<[^>]*>", "{}", at)


class Fuzz:
    """Made-up requests in a World of tests.access.test_every_url."""

    sessions: dict[int | None, str]

    def __init__(self, world: Any) -> None:
        self.world, self.door = world, Door()
        self.routes = [(name, at) for name, at in patterns(get_resolver()) if name not in LEFT]
        first = {model: model._default_manager.order_by("pk").values_list("pk", flat=True)[:9] for model in OURS}
        self.ids = {model: [str(pk) for pk in pks] for model, pks in first.items()}
        self.any_id = list(dict.fromkeys(pk for pks in self.ids.values() for pk in pks))
        self.forms: dict[str, list[Form]] = {}

    def log_in(self) -> None:
        """The office, somebody who may look, somebody who may do nothing, and who is not logged in."""
        self.sessions = {None: "nobody's"}
        for user in (self.world.office, self.world.colleague, self.world.stranger):
            client = Client()
            client.force_login(user)
            self.sessions[user.pk] = client.cookies["sessionid"].value

    def gather_forms(self) -> None:
        """Of every route beforehand: what was asked before is not to decide what is asked next."""
        for name, at in self.routes:
            self.forms_for(name, self.right_path(name, at, Random(0)))

    def is_logged_in(self) -> bool:
        """False when a request has ended a session."""
        return Session.objects.filter(pk__in=self.sessions.values()).count() == len(self.sessions) - 1

    def requests(self, number: int, seed: int) -> Iterator[Asked]:
        """`number` requests, of every route in turn."""
        random = Random(seed)
        order = random.sample(self.routes, len(self.routes))
        for place in range(number):
            yield self.request(random, *order[place % len(order)])

    def request(self, random: Random, name: str, at: str) -> Asked:
        right = self.right_path(name, at, random)
        path = right if random.random() < 0.75 else self.wrong_path(at, random)
        (method,) = random.choices(METHODS, WEIGHTS)
        by = self.world.office.pk if random.random() < 0.85 else random.choice(list(self.sessions))
        forms = self.forms[name]
        body = self.body(forms, method, random)
        if random.random() < (0.2 if body else 0.75):
            path += f"{'&' if '?' in path else '?'}{self.query(forms, name, random)}"
        return Asked(name, method, path, body, headers(random), by)

    # ---- the address

    def right_path(self, name: str, at: str, random: Random) -> str:
        """Of a row of the world, where the route is about one."""
        if name in ROUTES:
            return str(self.world.address(name))
        model = next((model for model in OURS if model._meta.model_name in name.split("_")), User)
        return at.format(*[random.choice(self.ids[model] or ["1"])] * at.count("{}"))

    def wrong_path(self, at: str, random: Random) -> str:
        said = [quote(self.value("", random), safe="") for _ in range(at.count("{}"))]
        path = at.format(*said)
        ends = [path[:-1], f"{path}%FF/", f"{path}%00", f"{path}x", f"//x{path}"]
        return path if random.random() < 0.9 else random.choice(ends)

    def query(self, forms: list[Form], name: str, random: Random) -> str:
        asked = [form.fields for form in forms if not form.posted]
        own = [(field, value) for fields in asked for field, values in fields.items() for value in values]
        given = name in ROUTES and random.random() < 0.7
        pairs = parse_qsl(ROUTES[name].query) if given else []
        for _ in range(random.randint(1, 4)):
            field, value = random.choice(own) if own and random.random() < 0.3 else (random.choice(NAMES), "")
            pairs.append((field, value if value and random.random() < 0.5 else self.value(field, random)))
        query = urlencode(pairs, errors="replace")
        if random.random() < 0.7:
            query = query.replace("%00", "")  # else nearly nothing else of it would be tried
        return query if random.random() < 0.95 else query + random.choice(ENDS)

    # ---- what is sent

    def forms_for(self, name: str, path: str) -> list[Form]:
        """Of the page itself, or of the one above it that leads there, as the office sees it the first time."""
        if name not in self.forms:
            above = re.sub(r"[^/]+/$", "", path.partition("?")[0])
            page = above if name in ROUTES and ROUTES[name].post else path
            forms = forms_of(page, self.shown(page))
            self.forms[name] = [form for form in forms if not form.posted or leads_to(form.action, name)]
        return self.forms[name]

    def shown(self, page: str) -> str:
        response = Asked("", "GET", page, by=self.world.office.pk).send(self.door, self.sessions)
        is_page = response.status == 200 and response.content_type.startswith("text/html")
        return response.content.decode() if is_page else ""

    def body(self, forms: list[Form], method: str, random: Random) -> Any:
        posted = [form for form in forms if form.posted]
        if method == "POST" and posted and random.random() < 0.85:
            return self.fields(random.choice(posted), random)
        return (random.choice(CONTENT_TYPES), random.choice(BODIES)) if method in {"POST", "PUT", "PATCH"} else None

    def fields(self, form: Form, random: Random) -> dict[str, Any]:
        said: dict[str, Any] = {name: random.choice(values) for name, values in form.fields.items() if values}
        for name in random.sample(sorted(said), min(len(said), random.choice([0, 1, 1, 1, 2, 3, 8]))):
            wrong = self.value(name, random)
            said[name] = random.choice([wrong, wrong, wrong, wrong, [said[name], wrong], None])
        for name in form.files:
            filename, content = random.choice(FILES)
            said[name] = Named(filename, content()) if random.random() < 0.9 else self.value(name, random)
        if random.random() < 0.15:
            said[random.choice(NAMES)] = self.value("", random)
        return {name: value for name, value in said.items() if value is not None}

    def value(self, name: str, random: Random) -> str:
        kind = random.random()
        if kind < 0.25 and name in VALUES:
            return random.choice(VALUES[name])
        if kind < 0.45:
            return random.choice(self.any_id)
        if kind < 0.96:
            return random.choice(TYPED if kind < 0.93 else LONG)
        letters = (random.choice((random.randrange(32, 127), random.randrange(160, 0xD7FF))) for _place in range(9))
        return "".join(map(chr, letters))


def leads_to(action: str, name: str) -> bool:
    """Whether a form's address is one of the route."""
    try:
        return action.startswith("?") or resolve(urlsplit(action).path).view_name == name
    except Resolver404:
        return False


def headers(random: Random) -> dict[str, str]:
    (number,) = random.choices([0, 1, 2, 3], [55, 30, 10, 5])
    return {name: random.choice(HEADERS[name]) for name in random.sample(sorted(HEADERS), number)}


class Named:
    """A file as the test client sends it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content, self.content_type = name, content, "application/octet-stream"

    def read(self) -> bytes:
        return self.content

    def __repr__(self) -> str:
        return f"Named({self.name[:40]!r}, {len(self.content)} bytes)"
