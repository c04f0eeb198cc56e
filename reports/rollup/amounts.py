"""What each measure counts of one item of its source, as SQL over the item, `e`."""

from __future__ import annotations

from reports.measures import HOURS, OVERDUE, REQUESTS_DONE, REQUESTS_FORWARDED, Measure
from workorders.models import ServiceRequest
from workorders.sql.owners import TODAY


def _one_if(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


_AMOUNTS = {
    HOURS.key: "e.minutes",
    OVERDUE.key: _one_if(f"e.due_on < {TODAY}"),
    REQUESTS_DONE.key: _one_if(f"e.state = '{ServiceRequest.State.DONE.value}'"),
    REQUESTS_FORWARDED.key: _one_if(f"e.state = '{ServiceRequest.State.FORWARDED.value}'"),
}


def amount_of(measure: Measure) -> str:
    """Pieces, one an item where nothing else is said; minutes where the measure is in hours."""
    return _AMOUNTS.get(measure.key, "1")
