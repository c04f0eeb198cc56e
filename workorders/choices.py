"""How work orders are told apart where one of many is chosen (spotilla.pick)."""

from collections.abc import Sequence

from spotilla.pick import Choice
from workorders.models import WorkOrder


def describe_orders(orders: Sequence[WorkOrder]) -> list[Choice]:
    """Number and name, then the customer. Rows of WorkOrderQuerySet.in_order() need no query."""
    return [Choice(order.pk, str(order), str(order.customer or "")) for order in orders]
