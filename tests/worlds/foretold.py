"""What an operation is said to change before it is done, beside what the oracle sees change when it is done."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

from accounts.models import User
from customers.models import Customer
from folders.models import Folder
from tests.oracle.oracle import Event, Office, Refused
from workorders.sql.previews import Changes, preview, preview_spot

from .compare import differ
from .product import Product, on_day

OF_A_FOLDER = {"attach", "redate", "detach", "hand_over", "redate_hand_over", "move_folder"}
ALL = OF_A_FOLDER | {"move_spot"}

MEASURES = {
    "unfinished": ["tasks unfinished"],
    "done": ["tasks done"],
    "minutes": ["minutes"],
    "requests": ["requests unfinished", "requests done", "requests forwarded"],
}

type Line = tuple[str | None, str | None, str]  # was, becomes, what is counted


def differences(office: Office, product: Product, operation: str, arguments: dict[str, Any]) -> list[str]:
    """Looks ahead on both sides; neither office nor product is changed."""
    after = copy.deepcopy(office)
    try:
        getattr(after, operation)(**arguments)
    except Refused:
        return []
    with on_day(product.today):
        told = said(product, operation, arguments)
    lines = spot_lines(office, after, arguments["spot"]) if operation == "move_spot" else folder_lines(office, after)
    found = {
        (name(product, line.was), name(product, line.becomes), what): getattr(line, what)
        for line in told.lines
        for what in ("folders", "spots", *MEASURES)
    }
    return differ(f"{operation} {arguments} foretold", (+lines).items(), (+Counter(found)).items())


def said(product: Product, operation: str, arguments: dict[str, Any]) -> Changes:
    """By somebody who may see everything."""
    user = User(is_superuser=True)

    def act() -> None:
        getattr(product, operation)(**arguments)

    if operation == "move_spot":
        return preview_spot(act, product.get(arguments["spot"]), user=user)
    return preview(act, folder_of(product, arguments), user=user)


def folder_of(product: Product, arguments: dict[str, Any]) -> Folder:
    if "folder" in arguments:
        return product.get(arguments["folder"])  # type: ignore[no-any-return]
    return product.get(arguments.get("attachment") or arguments["earlier"]).folder  # type: ignore[no-any-return]


def name(product: Product, customer: Customer | None) -> str | None:
    return None if customer is None else product.name(Customer, customer.pk)


def folder_lines(before: Office, after: Office) -> Counter[Line]:
    """Folders, spots and work whose owner is another, each counted once for who was and who becomes its owner."""
    changed: set[tuple[Line, str]] = set()
    for folder in before.parent:
        for day in before.days:
            was, becomes = (next(iter(office.chain(folder, day)), (None,))[0] for office in (before, after))
            if was != becomes:
                changed.add(((was, becomes, "folders"), folder))
                spots = [spot for spot, days in before.place.items() if days[day] == folder]
                changed.update(((was, becomes, "spots"), spot) for spot in spots)
    return Counter(line for line, _ in changed) + work_lines(before, after)


def spot_lines(before: Office, after: Office, spot: str) -> Counter[Line]:
    was, becomes = (
        next(iter(office.chain(office.place[spot][office.today], office.today)), (None,))[0]
        for office in (before, after)
    )
    return Counter([(was, becomes, "spots")] if was != becomes else []) + work_lines(before, after)


def work_lines(before: Office, after: Office) -> Counter[Line]:
    lines: Counter[Line] = Counter()
    for what, measures in MEASURES.items():
        for measure in measures:
            then = {event.item: event for event in events(after, measure)}
            for event in events(before, measure):
                was, becomes = before.owner(event), after.owner(then[event.item])
                if was != becomes:
                    lines[was, becomes, what] += event.amount
    return lines


def events(office: Office, measure: str) -> list[Event]:
    return office.events(measure, office.days[0], office.days[-1])
