"""The product doing a world's log: each operation through its public function, refusals told apart from errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest import mock

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import Role
from customers import ownership
from customers.models import Customer
from folders import tree
from workorders import orders, places, recording
from workorders.models import ServiceRequestKind, Task


class Product:
    """The oracle's names on one side, the product's rows on the other."""

    def __init__(self, today: date, stale: bool = False) -> None:
        """`stale`: operations get objects as they were when made, as a page left open since then would give them."""
        self.today = today
        self.stale = stale
        self.made: dict[str, models.Model] = {}
        self.name_of: dict[tuple[type[models.Model], int], str] = {}
        self.role = Role.objects.get_or_create(name="Toimisto")[0]

    def replay(self, log: list[tuple[str, dict[str, object]]]) -> list[str | None]:
        """Do the operations in order; for each the message that refused it, or None."""
        return [self.do(operation, arguments) for operation, arguments in log]

    def do(self, operation: str, arguments: dict[str, object]) -> str | None:
        try:
            with on_day(self.today), transaction.atomic():
                getattr(self, operation)(**arguments)
        except ValidationError as refused:
            return "; ".join(refused.messages)
        return None

    # ---- names and rows ----------------------------------------------------------------------------------

    def keep(self, name: str, row: models.Model) -> None:
        self.made[name] = row
        self.name_of[type(row), row.pk] = name

    def get(self, name: str | None) -> Any:
        """The row by that name: read anew, or as it was when it was made."""
        if name is None:
            return None
        row = self.made[name]
        return row if self.stale else type(row)._default_manager.get(pk=row.pk)

    def name(self, model: type[models.Model], pk: int | None) -> str | None:
        return None if pk is None else self.name_of[model, pk]

    # ---- the operations, by the oracle's names -----------------------------------------------------------

    def next_day(self) -> None:
        self.today += timedelta(days=1)

    def new_folder(self, folder: str, parent: str | None) -> None:
        self.keep(folder, ownership.new_folder(folder, self.get(parent), by=None))

    def move_folder(self, folder: str, parent: str | None, since: date, until: date) -> None:
        ownership.move_folder(self.get(folder), self.get(parent), since, until, by=None)

    def new_spot(self, spot: str, folder: str) -> None:
        self.keep(spot, tree.new_spot(self.get(folder), spot, by=None))

    def move_spot(self, spot: str, folder: str, since: date, until: date) -> None:
        places.move_spot(self.get(spot), self.get(folder), since, until, by=None)

    def new_customer(self, customer: str) -> None:
        self.keep(customer, Customer.objects.create(name=customer))

    def attach(self, attachment: str, customer: str, folder: str, since: date, until: date) -> None:
        self.keep(attachment, ownership.attach(self.get(customer), self.get(folder), since, until, by=None))

    def redate(self, attachment: str, since: date, until: date) -> None:
        ownership.redate(self.get(attachment), since, until, by=None)

    def detach(self, attachment: str, day: date) -> None:
        ownership.detach(self.get(attachment), day, by=None)

    def hand_over(self, attachment: str, new: str, customer: str, day: date) -> None:
        self.keep(new, ownership.hand_over(self.get(attachment), self.get(customer), day, by=None))

    def redate_hand_over(self, earlier: str, later: str, day: date) -> None:
        ownership.redate_hand_over(self.get(earlier), self.get(later), day, by=None)

    def close_customer(self, customer: str, day: date) -> None:
        ownership.close_customer(self.get(customer), day, by=None)

    def reopen_customer(self, customer: str) -> None:
        ownership.reopen_customer(self.get(customer), by=None)

    def new_work_order(self, work_order: str, customer: str | None) -> None:
        self.keep(work_order, orders.open_order(work_order, self.get(customer)))

    def change_work_order(self, work_order: str, customer: str | None) -> None:
        orders.give_order(self.get(work_order), self.get(customer))

    def close_work_order(self, work_order: str) -> None:
        orders.close_order(self.get(work_order), self.today)

    def reopen_work_order(self, work_order: str) -> None:
        orders.reopen_order(self.get(work_order))

    def record_task(
        self,
        item: str,
        spot: str | None,
        work_order: str | None,
        due_on: date,
        minutes: int,
        state: str,
        done_on: date | None,
    ) -> None:
        task = recording.record_task(
            name=item,
            role=self.role,
            due_on=due_on,
            spot=self.get(spot),
            work_order=self.get(work_order),
            minutes=minutes,
            state=state,
            done_on=done_on,
        )
        self.keep(item, task)

    def record_request(
        self,
        item: str,
        kind: str,
        spot: str | None,
        folder: str | None,
        received_on: date,
        state: str,
        done_on: date | None,
    ) -> None:
        request = recording.record_request(
            name=item,
            kind=ServiceRequestKind.objects.get_or_create(name=kind)[0],
            received_on=received_on,
            spot=self.get(spot),
            folder=self.get(folder),
            role=None if state == "open" else self.role,
            state=state,
            done_on=done_on,
        )
        self.keep(item, request)

    def change_state(self, item: str, state: str, done_on: date | None) -> None:
        row = self.get(item)
        if isinstance(row, Task):
            recording.change_task(row, state, done_on=done_on)
        else:
            role = None if state == "open" else self.role
            recording.change_request(row, state, done_on=done_on, role=role)

    def relocate_task(self, item: str, spot: str | None, work_order: str | None) -> None:
        recording.relocate_task(self.get(item), self.get(spot), self.get(work_order))

    def relocate_request(self, item: str, spot: str | None, folder: str | None) -> None:
        recording.relocate_request(self.get(item), spot=self.get(spot), folder=self.get(folder))


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """The clock at noon UTC of that day; the clock is the one thing of the world outside that these tests set."""
    noon = datetime.combine(day, time(12), UTC)
    with mock.patch("django.utils.timezone.now", return_value=noon):
        yield
