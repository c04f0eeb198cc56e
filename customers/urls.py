"""The routes of customers, each by hand."""

from django.urls import URLPattern

app_name = "customers"
urlpatterns: list[URLPattern] = []
