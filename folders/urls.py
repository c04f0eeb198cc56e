"""The routes of folders, each by hand."""

from django.urls import URLPattern

app_name = "folders"
urlpatterns: list[URLPattern] = []
