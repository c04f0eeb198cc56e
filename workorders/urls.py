"""The routes of workorders, each by hand."""

from django.urls import URLPattern

app_name = "workorders"
urlpatterns: list[URLPattern] = []
