"""The user's own things. Log-in, log-out and the change of a password are Django's views."""

import math
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.forms import ForgottenPasswordForm, LoginForm
from accounts.models import User
from accounts.rights import who_gives_rights
from customers.models import Customer
from folders.models import Folder
from spotilla.web import AuthenticatedHttpRequest, render

NAMED = 5  # people to ask

FRONT_PAGES = (
    ("customers.view_customer", "customers:list"),
    ("folders.view_folder", "folders:list"),
    ("folders.view_spot", "folders:spots"),
    ("workorders.view_task", "workorders:tasks"),
    ("workorders.view_servicerequest", "workorders:requests"),
    ("workorders.view_workorder", "workorders:orders"),
    ("customers.view_contact", "customers:contacts"),
)


@login_required
def home(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The first page of the navigation that there is; in an empty installation what to do first, for who may."""
    user = request.user
    if user.has_perms(["folders.view_folder", "folders.add_folder"]) and _is_empty(user):
        return render(request, "start.html", {"gives_rights": admin.site.has_permission(request)})
    for right, page in FRONT_PAGES:
        if user.has_perm(right):
            return redirect(page)
    if admin.site.has_permission(request):
        return redirect("admin:index")
    return render(request, "no_rights.html", {"administrators": who_gives_rights()[:NAMED]})


def _is_empty(user: User) -> bool:
    return not Folder.objects.visible_to(user).exists() and not Customer.objects.visible_to(user).exists()


class LoginView(auth.LoginView):
    """Whoever has tried too often waits: status 429."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(form=form))
        if form.wait:
            response.status_code = 429
            response["Retry-After"] = str(math.ceil(form.wait.total_seconds()))
        return response


def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin has no log-in of its own. Who is logged in and comes here may not enter, or comes by an old link."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(target)
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return HttpResponseRedirect(target)


def forgotten_password(request: HttpRequest) -> Any:
    """Sends a link to whoever has the address, and says the same of an address that nobody has. An installation that
    sends no mail says whom to ask.
    """
    if not settings.SENDS_MAIL:
        return render(request, "registration/password_reset_without_mail.html")
    view = auth.PasswordResetView.as_view(
        form_class=ForgottenPasswordForm, email_template_name="registration/password_reset_email.txt"
    )
    return view(request)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language on the user, and in a cookie for the log-in page; back to where the reader was."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
