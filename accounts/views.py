"""The user's own things. Log-in, log-out and the change of a password are Django's views."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

FRONT_PAGES = (
    ("customers.view_customer", "customers:list"),
    ("folders.view_folder", "folders:list"),
    ("folders.view_spot", "folders:spots"),
    ("workorders.view_task", "workorders:tasks"),
    ("workorders.view_servicerequest", "workorders:requests"),
    ("workorders.view_workorder", "workorders:orders"),
)


def home(request: HttpRequest) -> HttpResponse:
    """To the customers; for who may not see them, to the first page of the navigation that there is."""
    seen = (page for right, page in FRONT_PAGES if request.user.has_perm(right))
    return redirect(next(seen, "customers:list"))


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language on the user, and in a cookie for the log-in page; back to where the reader was."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
