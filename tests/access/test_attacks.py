"""No address, however hostile, breaks a page: explored."""
from __future__ import annotations
import os, traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
import pytest
from django import forms
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from tests.access.routes import ROUTES, Route
from tests.access.test_every_url import World

pytestmark = pytest.mark.django_db

@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)

NAMES = ("q page state type folders work city folder customer whose spot role kind work_order from to measure attachment path here way order "
  "format table open shut compare day show on name into_q name_q days first last again next").split()
VALUES = ["99999999999999999999", "\x00a", "abc", "-1", "9999-12-31", "0001-01-01", "0000-00-00", "1-2-x", "²", "9" * 5000, "x"*3000, "\ud83d", "9223372036854775807","9e999","NaN"]
seen: list[str] = []

def boom(sender: Any, **kw: Any) -> None:
    seen.append(traceback.format_exc())
got_request_exception.connect(boom)

def ask(client: Client, method: str, url: str, data: Any = None, **h: Any) -> Any:
    with transaction.atomic():
        r = getattr(client, method)(url, data, **h) if data is not None else getattr(client, method)(url, **h)
        transaction.set_rollback(True)
    return r

LOG = "/tmp/att/" + ("pg" if "postgres" in os.environ.get("DATABASE_URL", "") else "lite")

def note(kind: str, what: str) -> None:
    tb = seen[-1] if seen else "?"
    seen.clear()
    lines = [l for l in tb.splitlines() if "/work/main/" in l and ".venv" not in l]
    with open(LOG, "a") as f:
        f.write(f"{kind} {what[:150]!r}\n   {tb.strip().splitlines()[-1][:150]}\n   {lines[-1].strip() if lines else ''}\n")

@pytest.mark.parametrize("name", [*ROUTES, "search", "login"])
def test_get(world: World, name: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.office)
    base = world.address(name, world.office)
    if name in ROUTES and ROUTES[name].post: return
    url = base.split("?")[0]
    extra = {"measure": "done", "whose": "owned"} if name == "reports:rows" else {}
    from django.http import QueryDict
    reads: set[str] = set()
    og, ogl, oc = QueryDict.get, QueryDict.getlist, QueryDict.__contains__
    names = NAMES if name in ("reports:rows","reports:customer","workorders:tasks","workorders:requests","workorders:orders","customers:list","folders:spots","search","reports:customers","reports:orders","reports:order","folders:list","folders:detail","folders:history", "customers:folders","customers:detail","workorders:folder_tasks","folders:folder_choices", "customers:attach") else ["q","page","folder","customer","from","to","open","day","spot","name","name_q","work_order","order","compare"]
    for p in names:
        for v in VALUES:
            for hx in ({}, ):
                q = {**extra, p: v}
                if p in ("from", "to"): q = {**extra, "from": "0001-01-01", "to": "9999-12-31", p: v}
                if p == "path": q |= {"customer": world.customer.pk, "attachment": world.later.pk}
                if p == "attachment": q |= {"customer": world.customer.pk}
                if p == "order" and name=="reports:rows": pass
                try: u = url + "?" + urlencode(q, errors="surrogatepass")
                except Exception as e: continue
                r = ask(client, "get", u)
                if r.status_code >= 500: note("GET", f"{name} {p}={v}")

def forms_of(r: Any) -> Iterator[forms.BaseForm]:
    found = []
    for ctx in (r.context or []):
        for d in getattr(ctx, "dicts", []):
            for v in d.values():
                if isinstance(v, forms.BaseForm) and v not in found:
                    found.append(v)
    yield from found

FIELD = ["\x00", "   ", "\x07", "9999-12-31", "0001-01-01", "31.12.9999", "30.12.9999","99999999999999999999", "-5", "x" * 201, "²", "2147483648", "999999:99", "9999999999:00", "32768", "9223372036854775807", "\u200b", "\u202e", "<script>", "\ud800"]

@pytest.mark.parametrize("name", ROUTES)
def test_post(world: World, name: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.office)
    url = world.address(name, world.office)
    r = ask(client, "get", url)
    for form in forms_of(r):
        base: dict[str, Any] = {}
        for n, f in form.fields.items():
            v = form[n].value()
            if isinstance(v, (list, tuple)): continue
            base[n] = "" if v is None else str(v)
            if not base[n] and n in ("name",): base[n] = "Nimi"
            for attr, w in (("customer", world.closed if name=="x" else world.earlier.customer), ("folder", world.folder), ("spot", world.spot), ("work_order", world.order), ("contact", world.contact), ("into", None)):
                if n == attr and w is not None and not base[n] and not (attr == "work_order"): base[n] = str(w.pk)
            if n == "role" and not base[n]: base[n] = str(world.task.role_id)
            if not base[n] and "day" in n or n.endswith("_on"): base[n] = base[n] or "2026-03-01"
        for n in base:
            for v in FIELD:
                for extra in ({}, {n: v, f"{n}_q": v}, {"again": "1", f"{n}_q": v}):
                    data = base | {n: v} | extra
                    if n in ("first", "last"): variants = [{"when": "days", "begins": "day"}]
                    else: variants = [{}]
                    for more in variants:
                      data = data | more
                      try: r = ask(client, "post", url, data)
                      except UnicodeEncodeError: continue
                      if r.status_code >= 500: note("POST", f"{name} {n}={v} {list(extra)}")
                      elif r.status_code == 302 and not extra: 
                        with open(LOG + ".ok", "a") as f: f.write(f"{name} {n}={v!r}\n")
                      # confirm
                      if r.status_code == 200 and r.context and r.context.get("confirm"):
                        r = ask(client, "post", url, data | {"confirmed": r.context["confirm"]})
                        if r.status_code >= 500: note("CONFIRM", f"{name} {n}={v}")
                        elif r.status_code == 302:
                          with open(LOG + ".ok", "a") as f: f.write(f"CONFIRMED {name} {n}={v!r}\n")
