"""Every address, app by app; each app's own urls.py lists its routes by hand."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import home
from customers.views.search import search

urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("search/", search, name="search"),
    path("", include("folders.urls")),
    path("", include("customers.urls")),
    path("", include("workorders.urls")),
    path("", include("reports.urls")),
    path("admin/", admin.site.urls),
]
