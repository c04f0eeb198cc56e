"""One search for what the office names most: customers, folders and spots."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from customers.models import Customer
from folders.models import Folder, Spot
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
            "customers": Customer.objects.visible_to(user).matching(query).in_order()[: SHOWN + 1],
            "folders": Folder.objects.visible_to(user).matching(query).select_related("parent").in_order()[: SHOWN + 1],
            "spots": Spot.objects.visible_to(user).matching(query).select_related("folder").in_order()[: SHOWN + 1],
        }
    return render(request, "search.html", context)
