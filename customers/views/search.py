"""One search for what the office names most: customers, folders and spots."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from customers.models import Customer
from folders.models import Folder, Spot
from folders.names import PIECE, search_key
from spotilla.pages import first_of
from spotilla.web import AuthenticatedHttpRequest, render

SHOWN = 10  # of each kind; the lists show the rest


@login_required
def search(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What the reader may see, by a piece of its name; customers by business ID and customer number too."""
    query = request.GET.get("q", "").strip()[:100]
    context = {"query": query, "shown": SHOWN}
    if query:
        user = request.user
        context |= {
            "customers": _hits(Customer.objects.visible_to(user), query),
            "folders": _hits(Folder.objects.visible_to(user).select_related("parent"), query),
            "spots": _hits(Spot.objects.visible_to(user).select_related("folder"), query),
            "by_words": len(search_key(query)) < PIECE,
        }
    return render(request, "search.html", context)


def _hits(rows: Any, query: str) -> list[Any]:
    """In order; of very many, those whose names begin with what was typed. Three queries at most."""
    return first_of(rows.matching(query).in_order(), SHOWN + 1, rows.beginning(query).in_order())
