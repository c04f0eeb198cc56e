"""How work orders are told apart where one of many is chosen (spotilla.record_picker)."""

from collections.abc import Sequence
from typing import Any

from spotilla.record_picker import Choice


def describe_orders(orders: Sequence[Any]) -> list[Choice]:
    """Number and name, then the customer, of rows of WorkOrderQuerySet.told_to(). No query."""
    return [Choice(order.pk, str(order), order.customer_name or "") for order in orders]
