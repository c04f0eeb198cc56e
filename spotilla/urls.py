"""Every address, app by app; each app's own urls.py lists its routes by hand."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import admin_login, home
from customers.views.search import search
from spotilla.django_texts import AdminTexts

handler500 = "spotilla.errors.server_error"
handler400 = "spotilla.web.bad_request"
urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("search/", search, name="search"),
    path("", include("folders.urls")),
    path("", include("customers.urls")),
    path("", include("workorders.urls")),
    path("", include("reports.urls")),
    path("admin/login/", admin_login, name="admin_login"),
    path("admin/jsi18n/", AdminTexts.as_view(packages=["django.contrib.admin"]), name="admin_texts"),
    path("admin/", admin.site.urls),
]
