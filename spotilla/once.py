"""The same form sent twice makes one row: by a button pressed twice, a page loaded again, a line that broke off.

A form that makes a row carries a key that was made up for it (`{% form_key %}`). The key is claimed in the transaction
that makes the row, so that both are there or neither. Whoever sends it again meanwhile waits and gets the answer of the
first; something else under the same key is refused. What carries no key is taken as it comes.

    @login_required
    @permission_required("customers.add_contact", raise_exception=True)
    @once
    def contact_new(request): …
        return made(person, "customers:contact", person.pk)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from spotilla.models import FormKey
from spotilla.web import AuthenticatedHttpRequest, render

FIELD = "form_key"
_KEY = re.compile(r"[0-9A-Za-z-]{16,40}")
_EVERY = 100  # so many new keys for one look at the old ones


class SentBefore(Exception):
    """The key has been claimed already, by `earlier`."""

    def __init__(self, earlier: FormKey) -> None:
        super().__init__()
        self.earlier = earlier


def once[**P](
    view: Callable[Concatenate[AuthenticatedHttpRequest, P], HttpResponse],
) -> Callable[Concatenate[AuthenticatedHttpRequest, P], HttpResponse]:
    """For a view that makes one row and answers with `made`.

    It stands in one transaction, which is rolled back when the view makes none: keep it short.
    """

    @wraps(view)
    def guarded(request: AuthenticatedHttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not key_of(request) or "again" in request.POST:  # a search in the form
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                claimed = claim(request)
                response = view(request, *args, **kwargs)
                row = vars(response).get("made")
                transaction.set_rollback(row is None)
                if row is not None:
                    note(claimed, row, response["Location"])
        except SentBefore as sent:
            return answer_again(request, sent.earlier)
        except IntegrityError:  # what the row refers to was deleted at the same moment
            list(messages.get_messages(request))  # that all went well
            messages.error(request, _("Somebody has saved at the same moment. Nothing was saved; try again."))
            return redirect(request.get_full_path())
        return response

    return guarded


def made(row: models.Model, to: str, *args: Any) -> HttpResponse:
    """On to the page `to`; `row` is what the form has made."""
    response = redirect(to, *args)
    vars(response)["made"] = row
    return response


def key_of(request: AuthenticatedHttpRequest) -> str:
    """The key of the form that was sent; "" of what carries none."""
    key = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if key and not _KEY.fullmatch(key):
        raise BadRequest("not the key of a form")
    return key


def claim(request: AuthenticatedHttpRequest) -> FormKey:
    """Inside the transaction that makes the row. Waits for whoever has claimed it and not committed yet; raises
    SentBefore.
    """
    key, user = key_of(request), request.user
    try:
        with transaction.atomic():
            claimed = FormKey.objects.create(user=user, key=key, digest=_digest(request))
    except IntegrityError:
        raise SentBefore(FormKey.objects.get(user=user, key=key)) from None
    if claimed.pk % _EVERY == 0:
        FormKey.objects.forget()
    return claimed


def note(claimed: FormKey, row: models.Model, location: str) -> None:
    """What the form has made, and where its answer leads."""
    claimed.made, claimed.made_id, claimed.location = row._meta.label_lower, row.pk, location
    claimed.save(update_fields=["made", "made_id", "location"])


def claim_late(request: AuthenticatedHttpRequest, row: models.Model, location: str) -> None:
    """For a view that works for long before it makes its row: inside the transaction that makes it, and not before.

    Raises SentBefore; the view then answers with `answer_again`.
    """
    if key_of(request):
        note(claim(request), row, location)


def answer_again(request: AuthenticatedHttpRequest, earlier: FormKey) -> HttpResponse:
    """What the first answer was, for who may still see what it made."""
    visible = earlier.made_visible_to(request.user)
    if earlier.digest != _digest(request):
        return render(request, "sent_before.html", {"location": earlier.location if visible else ""}, status=409)
    if not visible:
        raise Http404
    return redirect(earlier.location)


def _digest(request: AuthenticatedHttpRequest) -> str:
    """Of where the form was sent and all that it said, files too."""
    digest = sha256(request.path.encode())
    for name in sorted({*request.POST} - {FIELD, "csrfmiddlewaretoken"}):
        digest.update(repr((name, request.POST.getlist(name))).encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(repr((name, file.name)).encode("utf-8", "surrogatepass"))
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.hexdigest()
