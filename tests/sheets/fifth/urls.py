"""Every address of the product, and the routes of the fifth thing."""

from django.urls import include, path

from sheets.pages.routes import import_routes
from spotilla.urls import urlpatterns as every
from tests.sheets.fifth.spec import KINDS

urlpatterns = [*every, path("", include((import_routes(KINDS, "kinds/"), "fifth")))]
