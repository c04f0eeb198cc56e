"""How report pages open and shut their trees, draw their months, and stand on other apps' pages.

{% load reports %} … {% caret branch %} {% sort_heading measure.key measure.short order "n" %}
{% month_chart months chart split=True %}
{% order_figures order %} on a work order's own page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import RequestContext
from django.utils import timezone

from reports import periods
from reports.charts import Chart
from reports.one_customer import Branch
from reports.work_orders import order_measures
from workorders.models import WorkOrder

register = template.Library()


@register.inclusion_tag("reports/caret.html", takes_context=True)
def caret(context: RequestContext, branch: Branch) -> dict[str, Any]:
    """What opens or shuts the folders below a line; an empty space where there is nothing below."""
    if branch.is_open is None or branch.node is None or not context.get("folds"):
        return {}
    query = context["request"].GET.copy()
    key, opened = branch.node.key, query.getlist("open")
    query.setlist("open", [each for each in opened if each != key] if branch.is_open else [*opened, key])
    shut = [each for each in query.getlist("shut") if each != key]
    query.setlist("shut", [*shut, key] if branch.is_open and "all" in opened else shut)
    return {"branch": branch, "query": query.urlencode(), "is_open": branch.is_open}


@register.inclusion_tag("reports/sort_heading.html", takes_context=True)
def sort_heading(
    context: RequestContext, column: str, label: str, order: str, classes: str, *, first: str = ""
) -> dict[str, Any]:
    """A heading whose link sorts by its column: the greatest first (`first` names another beginning), then reversed."""
    first = first or f"-{column}"
    other = column if first.startswith("-") else f"-{column}"
    query = context["request"].GET.copy()
    query["order"] = other if order == first else first
    query.pop("page", None)
    direction = ("descending" if order.startswith("-") else "ascending") if order.removeprefix("-") == column else ""
    return {"label": label, "query": query.urlencode(), "direction": direction, "classes": classes}


@register.inclusion_tag("reports/month_chart.html")
def month_chart(months: Sequence[Any], chart: Chart, *, split: bool) -> dict[str, Any]:
    return {"bars": list(zip(chart.bars, months, strict=True)), "chart": chart, "split": split}


@register.inclusion_tag("reports/order_figures.html", takes_context=True)
def order_figures(context: RequestContext, order: WorkOrder) -> dict[str, Any]:
    """This month's figures of a work order, what they are compared with, and the way to its report. Two queries."""
    today = timezone.localdate()
    period = periods.month(today)
    rows = order_measures(context["user"], order, period, today)
    return {
        "order": order,
        "period": period,
        "before": period.before(today),
        "year": period.year_before(today),
        "rows": rows,
    }
