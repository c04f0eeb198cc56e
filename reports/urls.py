"""The routes of reports, each by hand."""

from django.urls import URLPattern

app_name = "reports"
urlpatterns: list[URLPattern] = []
