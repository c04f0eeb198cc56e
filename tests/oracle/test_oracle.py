"""One week of a small office, worked out by hand with paper and pencil, and what the oracle makes of it.

    Tree                         Customers                                   Spots
    Alue                         Isännöinti on Alue, always                  boiler in Puisto A
      Puisto                     Puisto Oy on Puisto, 3.3.–5.3.              pump in Muut
        Puisto A                 Kuusi Oy on Puisto, from 6.3. (hand-over)
    Muut                         Tehdas Oy: nothing but work order T

Puisto (and with it Puisto A) lies under Muut from 7.3. on. Today is 8.3.2026.

    day   who is above the boiler, nearest first
    1–2   Isännöinti
    3–5   Puisto Oy, Isännöinti
    6     Kuusi Oy, Isännöinti
    7–    Kuusi Oy
"""

from datetime import date

import pytest

from .oracle import ALWAYS, FOREVER, LONG_AFTER, Event, Office, Refused, total

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 10)


def march(day: int) -> date:
    return date(2026, 3, day)


def names(events: list[Event]) -> list[str]:
    return sorted(event.item for event in events)


@pytest.fixture
def office() -> Office:
    office = Office(FIRST, LAST, today=march(8))
    for folder, parent in [("Alue", None), ("Puisto", "Alue"), ("Puisto A", "Puisto"), ("Muut", None)]:
        office.new_folder(folder, parent)
    office.new_spot("boiler", "Puisto A")
    office.new_spot("pump", "Muut")
    for customer in ("Isännöinti", "Puisto Oy", "Kuusi Oy", "Tehdas Oy"):
        office.new_customer(customer)
    office.attach("i", "Isännöinti", "Alue", ALWAYS, FOREVER)
    office.attach("p", "Puisto Oy", "Puisto", march(3), FOREVER)
    office.hand_over("p", "k", "Kuusi Oy", march(6))
    office.move_folder("Puisto", "Muut", march(7), FOREVER)
    office.new_work_order("T", "Tehdas Oy")
    office.new_work_order("bare", None)
    done: list[tuple[str, str | None, str | None, int, int]] = [
        ("early", "boiler", None, 2, 10),
        ("puisto", "boiler", None, 5, 20),
        ("kuusi", "boiler", None, 6, 40),
        ("moved", "boiler", None, 7, 80),
        ("tehdas", "boiler", "T", 4, 160),
        ("nowhere", None, "bare", 4, 320),
        ("nobody", "pump", None, 4, 640),
    ]
    for item, spot, work_order, day, minutes in done:
        office.record_task(item, spot, work_order, march(day), minutes, "done", march(day))
    office.record_task("late", "boiler", None, march(7), 0, "open", None)
    office.record_task("due today", "boiler", None, march(8), 0, "in_review", march(7))
    office.record_task("given up", "boiler", None, march(1), 0, "cancelled", None)
    office.record_request("leak", "Muu", "boiler", None, march(4), "done", march(7))
    office.record_request("smell", "Muu", None, "Alue", march(8), "forwarded", march(8))
    office.record_request("call", "Avaimet", None, None, march(8), "open", None)
    return office


def test_each_day_has_its_own_chain_of_customers(office: Office) -> None:
    chains = {day: [customer for customer, _ in office.chain("Puisto A", day)] for day in office.days}
    assert chains == {
        ALWAYS: ["Isännöinti"],
        march(1): ["Isännöinti"],
        march(2): ["Isännöinti"],
        march(3): ["Puisto Oy", "Isännöinti"],
        march(4): ["Puisto Oy", "Isännöinti"],
        march(5): ["Puisto Oy", "Isännöinti"],
        march(6): ["Kuusi Oy", "Isännöinti"],
        march(7): ["Kuusi Oy"],
        march(8): ["Kuusi Oy"],
        march(9): ["Kuusi Oy"],
        march(10): ["Kuusi Oy"],
        LONG_AFTER: ["Kuusi Oy"],
    }


def test_done_work_and_its_minutes_belong_to_the_day_it_was_done(office: Office) -> None:
    tasks = office.events("tasks done", FIRST, LAST)
    assert {c: names(office.owned(tasks, c)) for c in office.customers} == {
        "Isännöinti": ["early"],
        "Puisto Oy": ["puisto"],
        "Kuusi Oy": ["kuusi", "moved"],
        "Tehdas Oy": ["tehdas"],
    }
    assert {c: names(office.others(tasks, c)) for c in office.customers} == {
        "Isännöinti": ["kuusi", "puisto", "tehdas"],
        "Puisto Oy": ["tehdas"],
        "Kuusi Oy": [],
        "Tehdas Oy": [],
    }
    assert names(office.unowned(tasks)) == ["nobody", "nowhere"]
    assert names(office.shared(tasks)) == ["kuusi", "puisto", "tehdas"]
    minutes = office.events("minutes", FIRST, LAST)
    assert {c: total(office.collected(minutes, c)) for c in office.customers} == {
        "Isännöinti": 10 + 20 + 40 + 160,
        "Puisto Oy": 20 + 160,
        "Kuusi Oy": 40 + 80,
        "Tehdas Oy": 160,
    }
    assert total(minutes) == 1270
    assert office.by_work_order(tasks) == {"T": 1, "bare": 1, None: 5}


def test_the_period_has_its_last_day_in_it(office: Office) -> None:
    assert names(office.events("tasks done", march(5), march(6))) == ["kuusi", "puisto"]


def test_a_folder_that_moved_inside_stands_in_both_places_of_the_tree(office: Office) -> None:
    office.attach("m", "Tehdas Oy", "Muut", ALWAYS, FOREVER)
    office.move_folder("Puisto A", "Muut", march(8), FOREVER)
    office.record_task("after", "boiler", None, march(8), 0, "done", march(8))
    tasks = office.events("tasks done", FIRST, LAST)
    assert office.lines(tasks, "Tehdas Oy") == {
        ("m", ("Muut",)): 1,
        ("m", ("Muut", "Puisto", "Puisto A")): 1,
        ("m", ("Muut", "Puisto A")): 1,
        None: 1,
    }
    assert office.lines(tasks, "Isännöinti") == {("i", ("Alue", "Puisto", "Puisto A")): 4}


def test_unfinished_and_overdue_work_belongs_to_today(office: Office) -> None:
    unfinished = office.events("tasks unfinished", march(1), march(1))
    assert names(office.owned(unfinished, "Kuusi Oy")) == names(unfinished) == ["due today", "late"]
    assert names(office.events("tasks overdue", FIRST, LAST)) == ["late"]
    office.next_day()
    assert names(office.events("tasks overdue", FIRST, LAST)) == ["due today", "late"]


def test_a_request_is_received_on_one_day_and_done_on_another(office: Office) -> None:
    received = office.events("requests received", FIRST, LAST)
    assert names(received) == ["call", "leak", "smell"]
    assert names(office.owned(received, "Puisto Oy")) == ["leak"]
    assert names(office.owned(office.events("requests done", FIRST, LAST), "Kuusi Oy")) == ["leak"]
    assert names(office.owned(office.events("requests forwarded", FIRST, LAST), "Isännöinti")) == ["smell"]
    assert names(office.unowned(received)) == ["call"]
    assert office.by_kind(received) == {"Muu": 2, "Avaimet": 1}


def test_a_moved_spot_takes_its_unfinished_work_along_and_leaves_its_finished_work(office: Office) -> None:
    office.move_spot("boiler", "Muut", march(8), FOREVER)
    assert {name: office.folder_of(name) for name in ("moved", "late", "due today", "given up", "leak")} == {
        "moved": "Puisto A",
        "late": "Muut",
        "due today": "Muut",
        "given up": "Puisto A",
        "leak": "Puisto A",
    }
    office.change_state("late", "done", march(7))
    assert office.folder_of("late") == "Puisto A"
    office.move_spot("boiler", "Alue", march(4), march(5))
    assert office.received_folder_of("leak") == "Alue"
    assert office.folder_of("tehdas") == "Alue"


def test_a_customer_above_and_below_collects_once_by_the_nearest(office: Office) -> None:
    office.attach("i2", "Isännöinti", "Puisto A", march(4), march(6))
    assert office.chain("Puisto A", march(4)) == [("Isännöinti", "i2"), ("Puisto Oy", "p")]


@pytest.mark.parametrize(
    ("operation", "arguments", "rule"),
    [
        ("attach", ("x", "Tehdas Oy", "Puisto", march(1), march(4)), "one customer on one folder on one day"),
        ("attach", ("x", "Tehdas Oy", "Muut", march(4), march(4)), "days in order"),
        ("move_folder", ("Muut", "Puisto A", march(8), FOREVER), "no folder inside itself on any day"),
        ("move_folder", ("Puisto", "Puisto", ALWAYS, FOREVER), "no folder inside itself on any day"),
        ("move_folder", ("Alue", "Puisto A", march(2), march(3)), "no folder inside itself on any day"),
        ("move_folder", ("Puisto", None, march(9), FOREVER), "no moves into the future"),
        ("move_spot", ("pump", "Alue", march(2), march(10)), "no moves into the future"),
        ("hand_over", ("p", "x", "Tehdas Oy", march(3)), "a hand-over lies inside the attachment's days"),
        ("redate_hand_over", ("i", "k", march(4)), "the two attachments are no hand-over"),
        ("close_customer", ("Tehdas Oy", march(8)), "its work orders are open"),
        ("record_task", ("x", None, None, march(8), 0, "open", None), "a task has a spot or a work order"),
        ("record_task", ("x", "pump", None, march(8), 0, "done", march(9)), "no work in the future"),
        ("record_request", ("x", "Muu", None, None, march(9), "open", None), "no work in the future"),
        ("change_state", ("leak", "done", march(3)), "nothing is done before it was received"),
    ],
)
def test_what_breaks_a_rule_is_refused(
    office: Office, operation: str, arguments: tuple[object, ...], rule: str
) -> None:
    with pytest.raises(Refused, match=f"^{rule}$"):
        getattr(office, operation)(*arguments)


def test_what_the_past_forbids_is_allowed_today_and_the_other_way_about(office: Office) -> None:
    office.move_folder("Alue", "Puisto A", march(8), FOREVER)
    assert office.upwards("Puisto A", march(8)) == ["Puisto A", "Puisto", "Muut"]
    assert office.upwards("Alue", march(8)) == ["Alue", "Puisto A", "Puisto", "Muut"]


def test_a_hand_over_takes_another_day_on_both_sides(office: Office) -> None:
    office.redate_hand_over("p", "k", march(4))
    assert sorted(office.attachments["p"].days) == [march(3)]
    assert min(office.attachments["k"].days) == march(4)


def test_closing_ends_what_the_customer_has_and_lets_nothing_new_begin(office: Office) -> None:
    office.close_customer("Isännöinti", march(5))
    assert max(office.attachments["i"].days) == march(4)
    with pytest.raises(Refused, match="the customer is closed"):
        office.attach("x", "Isännöinti", "Muut", march(4), march(6))
    office.attach("x", "Isännöinti", "Muut", march(4), march(5))


def test_a_log_is_replayed_and_tells_what_it_refused() -> None:
    office = Office(FIRST, LAST, today=march(8))
    log: list[tuple[str, dict[str, object]]] = [
        ("new_folder", {"folder": "a", "parent": None}),
        ("move_folder", {"folder": "a", "parent": "a", "since": ALWAYS, "until": FOREVER}),
    ]
    assert office.replay(log) == ["1: no folder inside itself on any day"]
