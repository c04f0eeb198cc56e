"""The days that a report's address names, and the picker that changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports import periods
from reports.forms import PeriodForm
from reports.periods import Period
from spotilla.web import AuthenticatedHttpRequest


@dataclass(frozen=True)
class Choice:
    name: str | Promise
    period: Period
    is_current: bool


@dataclass(frozen=True)
class Asked:
    form: PeriodForm
    period: Period
    today: date

    @property
    def status(self) -> int:
        return 200 if self.form.is_valid() else 422

    @property
    def typed(self) -> dict[str, str]:
        """What the fields show: the days as they were asked for, however wrong."""
        if self.status == 200:
            return {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()}
        return {"first": str(self.form["from"].value() or ""), "last": str(self.form["to"].value() or "")}

    def context(self) -> dict[str, Any]:
        """What templates/reports/period.html needs."""
        return {
            "period_form": self.form,
            "typed": self.typed,
            "period": self.period,
            "choices": choices(self.period, self.today),
            "running": self.period.is_running(self.today),
            "days": {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()},
        }


def asked(request: AuthenticatedHttpRequest) -> Asked:
    """The period that the address asks for; this month, and the form's problems, where it asks for none."""
    today = timezone.localdate()
    form = PeriodForm(request.GET, today)
    return Asked(form, form.period, today)


def choices(current: Period, today: date) -> list[Choice]:
    offered = [
        (_("This month"), periods.month(today)),
        (_("Last month"), periods.last_month(today)),
        (_("Quarter"), periods.quarter(today)),
        (_("Year"), periods.year(today)),
    ]
    return [Choice(name, period, period == current) for name, period in offered]
