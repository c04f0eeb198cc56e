"""Whose work is: the rules and the odd cases, as one customer's report and the company's show them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from customers.models import Attachment, Customer
from customers.ownership import attach, detach, hand_over, move_folder, redate_hand_over
from folders.models import Folder
from reports.all_customers import customers_report
from reports.one_customer import CustomerReport, branches, customer_months, customer_report
from reports.periods import Period
from tests import factories
from workorders.orders import give_order
from workorders.places import move_spot
from workorders.recording import change_task

pytestmark = pytest.mark.django_db

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))


def report(customer: Customer) -> CustomerReport:
    return customer_report(None, customer, JANUARY, timezone.localdate())


def figures(customer: Customer, measure: str = "done") -> tuple[int, int, int]:
    """Owned, others', collected."""
    row = next(row for row in report(customer).measures if row.measure.key == measure)
    return row.owned.value, row.others.value, row.collected.value


def company(measure: str = "done") -> dict[str, int]:
    """Owned, shared, unowned, all."""
    found = customers_report(None, JANUARY, JANUARY, timezone.localdate())
    assert found.proof.holds
    return {foot.key: cell.value for foot in found.feet for cell in foot.cells if cell.figure.measure.key == measure}


def lines(customer: Customer) -> list[tuple[int, str, int]]:
    """(level, folder, tasks done with all below) of the whole tree."""
    return [
        (branch.level, branch.name, branch.cells[0].value)
        for branch in branches(report(customer), lambda _node: True)
        if branch.cells[0].value
    ]


@pytest.fixture
def virtanen() -> Customer:
    return factories.customer("Isännöinti Virtanen")


@pytest.fixture
def puistola() -> Customer:
    return factories.customer("As Oy Puistola")


@pytest.fixture
def office_of(virtanen: Customer) -> Folder:
    """The property manager's folder, attached to it always."""
    folder = factories.folder("Isännöinti Virtanen")
    attach(virtanen, folder, by=None)
    return folder


@pytest.fixture
def house(office_of: Folder, puistola: Customer) -> Folder:
    """The housing company's folder in the manager's, attached to it always."""
    folder = factories.folder("Puistola", office_of)
    attach(puistola, folder, by=None)
    return folder


# ---- rules 1 and 2 ---------------------------------------------------------------------------------------------------


def test_the_nearest_owns_and_those_above_collect(virtanen: Customer, puistola: Customer, house: Folder) -> None:
    factories.task(factories.spot(house), done_on=date(2026, 1, 10))
    assert figures(puistola) == (1, 0, 1)
    assert figures(virtanen) == (0, 1, 1)
    assert company() == {"owned": 1, "shared": 1, "unowned": 0, "all": 1}


def test_work_of_folders_below_is_collected(virtanen: Customer, office_of: Folder) -> None:
    below = factories.folder("", factories.folder("", office_of))
    factories.task(factories.spot(below), done_on=date(2026, 1, 10))
    assert figures(virtanen) == (1, 0, 1)


def test_work_that_nobody_owns_is_counted_and_said(virtanen: Customer) -> None:
    factories.task(factories.spot(factories.folder()), done_on=date(2026, 1, 10))
    assert figures(virtanen) == (0, 0, 0)
    assert company() == {"owned": 0, "shared": 0, "unowned": 1, "all": 1}


def test_work_that_reaches_a_customer_both_ways_is_counted_once(virtanen: Customer, office_of: Folder) -> None:
    order = factories.order(of=virtanen)
    factories.task(factories.spot(office_of), work_order=order, done_on=date(2026, 1, 10))
    factories.task(None, work_order=order, done_on=date(2026, 1, 10))
    factories.task(factories.spot(office_of), done_on=date(2026, 1, 10))
    assert figures(virtanen) == (3, 0, 3)
    from_where = report(virtanen).proofs[1]
    assert [term.cell.value for term in from_where.terms] == [2, 2, 1, 3]
    assert from_where.holds
    assert company() == {"owned": 3, "shared": 0, "unowned": 0, "all": 3}


def test_every_measure_of_the_company_adds_up(virtanen: Customer, puistola: Customer, house: Folder) -> None:
    today = timezone.localdate()
    for folder in (house, factories.folder()):
        spot = factories.spot(folder)
        factories.task(spot, done_on=date(2026, 1, 10), minutes=15)
        factories.task(spot, due_on=today - timedelta(days=1))
        factories.request(spot, received_on=date(2026, 1, 10))
        factories.request(spot, received_on=date(2026, 1, 10), done_on=date(2026, 1, 11))
        factories.request(spot, received_on=date(2026, 1, 10), done_on=date(2026, 1, 11), state="forwarded")
    expected = {"done": 1, "hours": 15, "unfinished": 1, "overdue": 1}
    expected |= {"received": 3, "requests_done": 1, "forwarded": 1, "requests_unfinished": 1}
    for measure, number in expected.items():
        assert company(measure) == {"owned": number, "shared": number, "unowned": number, "all": 2 * number}


# ---- the odd cases, by their numbers in the facts about coverage -----------------------------------------------------


def test_1_an_attachment_from_a_day_past_rewrites_whose_past_work_was(puistola: Customer) -> None:
    folder = factories.folder()
    spot = factories.spot(folder)
    for day in (9, 10):
        factories.task(spot, done_on=date(2026, 1, day))
    attach(puistola, folder, date(2026, 1, 10), by=None)
    assert figures(puistola) == (1, 0, 1)
    assert company() == {"owned": 1, "shared": 0, "unowned": 1, "all": 2}


def test_2_work_done_before_a_spot_was_moved_stays_with_the_old_customer(
    virtanen: Customer, puistola: Customer, office_of: Folder
) -> None:
    other = factories.folder("Puistola")
    attach(puistola, other, by=None)
    spot = factories.spot(office_of)
    planned = factories.task(spot)
    factories.task(spot, done_on=date(2026, 1, 10))
    move_spot(spot, other, date(2026, 1, 15), by=None)
    assert figures(virtanen) == (1, 0, 1)
    assert figures(puistola) == (0, 0, 0)
    assert figures(puistola, "unfinished") == (1, 0, 1)
    change_task(planned, "done", done_on=date(2026, 1, 20))
    assert figures(puistola) == (1, 0, 1)
    assert figures(virtanen) == (1, 0, 1)


def test_3_a_request_received_before_the_move_and_done_after_it_has_two_customers(
    virtanen: Customer, puistola: Customer, office_of: Folder
) -> None:
    other = factories.folder("Puistola")
    attach(puistola, other, by=None)
    spot = factories.spot(office_of)
    factories.request(spot, received_on=date(2026, 1, 10), done_on=date(2026, 1, 20))
    move_spot(spot, other, date(2026, 1, 15), by=None)
    assert figures(virtanen, "received") == (1, 0, 1)
    assert figures(virtanen, "requests_done") == (0, 0, 0)
    assert figures(puistola, "received") == (0, 0, 0)
    assert figures(puistola, "requests_done") == (1, 0, 1)


def test_4_work_told_late_belongs_where_its_spot_was_on_the_day_done(
    virtanen: Customer, puistola: Customer, office_of: Folder
) -> None:
    other = factories.folder("Puistola")
    attach(puistola, other, by=None)
    spot = factories.spot(office_of)
    move_spot(spot, other, date(2026, 1, 15), by=None)
    factories.task(spot, done_on=date(2026, 1, 14))
    assert (figures(virtanen), figures(puistola)) == ((1, 0, 1), (0, 0, 0))


def test_5_unfinished_work_is_today_s_customer_s_whatever_its_due_date(virtanen: Customer, puistola: Customer) -> None:
    folder = factories.folder()
    attachment = attach(virtanen, folder, by=None)
    hand_over(attachment, puistola, timezone.localdate(), by=None)
    factories.task(factories.spot(folder), due_on=date(2025, 1, 1))
    assert figures(virtanen, "overdue") == (0, 0, 0)
    assert figures(puistola, "overdue") == (1, 0, 1)


def test_6_a_work_order_s_customer_owns_and_those_of_the_folder_collect(
    virtanen: Customer, puistola: Customer, house: Folder
) -> None:
    ari = factories.customer("Ari Aho")
    order = factories.order(of=ari)
    factories.task(factories.spot(house), work_order=order, done_on=date(2026, 1, 10))
    assert [figures(each) for each in (ari, puistola, virtanen)] == [(1, 0, 1), (0, 1, 1), (0, 1, 1)]
    assert company() == {"owned": 1, "shared": 1, "unowned": 0, "all": 1}
    give_order(order, None)
    assert [figures(each) for each in (ari, puistola, virtanen)] == [(0, 0, 0), (1, 0, 1), (0, 1, 1)]


def test_8_a_customer_attached_above_and_below_collects_once_by_the_nearest(
    virtanen: Customer, office_of: Folder
) -> None:
    below = factories.folder("Varasto", office_of)
    attach(virtanen, below, by=None)
    factories.task(factories.spot(below), done_on=date(2026, 1, 10))
    assert figures(virtanen) == (1, 0, 1)
    assert lines(virtanen) == [(1, "Varasto", 1)]
    assert company() == {"owned": 1, "shared": 0, "unowned": 0, "all": 1}


def test_9_a_hand_over_on_another_day_moves_the_work_between_with_it(virtanen: Customer, puistola: Customer) -> None:
    folder = factories.folder()
    earlier = attach(virtanen, folder, by=None)
    later = hand_over(earlier, puistola, date(2026, 1, 10), by=None)
    spot = factories.spot(folder)
    for day in (5, 12, 20):
        factories.task(spot, done_on=date(2026, 1, day))
    assert (figures(virtanen), figures(puistola)) == ((1, 0, 1), (2, 0, 2))
    redate_hand_over(earlier, later, date(2026, 1, 15), by=None)
    assert (figures(virtanen), figures(puistola)) == ((2, 0, 2), (1, 0, 1))
    assert company()["unowned"] == 0


def test_10_a_place_corrected_over_some_days_changes_the_work_of_those_days_alone(
    virtanen: Customer, puistola: Customer, office_of: Folder
) -> None:
    other = factories.folder("Puistola")
    attach(puistola, other, by=None)
    spot = factories.spot(office_of)
    for day in (5, 12, 20):
        factories.task(spot, done_on=date(2026, 1, day))
    move_spot(spot, other, date(2026, 1, 10), date(2026, 1, 15), by=None)
    assert (figures(virtanen), figures(puistola)) == ((2, 0, 2), (1, 0, 1))


def test_11_of_two_moves_on_a_day_the_last_holds_for_the_whole_day(
    virtanen: Customer, puistola: Customer, office_of: Folder
) -> None:
    other = factories.folder("Puistola")
    attach(puistola, other, by=None)
    spot = factories.spot(office_of)
    factories.task(spot, done_on=date(2026, 1, 10))
    move_spot(spot, factories.folder(), date(2026, 1, 10), by=None)
    move_spot(spot, other, date(2026, 1, 10), by=None)
    assert (figures(virtanen), figures(puistola)) == ((0, 0, 0), (1, 0, 1))


def test_14_a_new_folder_has_been_there_always(virtanen: Customer, office_of: Folder) -> None:
    factories.task(factories.spot(factories.folder("Uusi", office_of)), done_on=date(2026, 1, 1))
    assert figures(virtanen) == (1, 0, 1)


def test_18_the_day_of_a_detachment_is_the_first_not_collected(virtanen: Customer) -> None:
    folder = factories.folder()
    attachment = attach(virtanen, folder, by=None)
    spot = factories.spot(folder)
    for day in (9, 10):
        factories.task(spot, done_on=date(2026, 1, day))
    detach(attachment, date(2026, 1, 10), by=None)
    assert figures(virtanen) == (1, 0, 1)


def test_a_work_order_without_a_customer_leaves_tasks_on_no_spot_unowned() -> None:
    factories.task(None, work_order=factories.order(), done_on=date(2026, 1, 10))
    assert company() == {"owned": 0, "shared": 0, "unowned": 1, "all": 1}


# ---- the tree by folder ----------------------------------------------------------------------------------------------


def test_a_folder_that_moved_inside_stands_in_both_places_with_its_part(virtanen: Customer, office_of: Folder) -> None:
    north, south = factories.folder("Pohjoinen", office_of), factories.folder("Eteläinen", office_of)
    house = factories.folder("Puistola", north)
    spot = factories.spot(house)
    for day in (5, 12, 20):
        factories.task(spot, done_on=date(2026, 1, day))
    move_folder(house, south, date(2026, 1, 10), by=None)
    assert lines(virtanen) == [
        (1, "Isännöinti Virtanen", 3),
        (2, "Eteläinen", 2),
        (3, "Puistola", 2),
        (2, "Pohjoinen", 1),
        (3, "Puistola", 1),
    ]


def test_the_tree_stands_first_by_the_attachment_that_brought_the_work(virtanen: Customer, puistola: Customer) -> None:
    """A folder given away and taken back stands twice: each attachment with its own days."""
    folder = factories.folder("Puistola")
    first = attach(virtanen, folder, until=date(2026, 1, 10), by=None)
    attach(puistola, folder, date(2026, 1, 10), date(2026, 1, 20), by=None)
    second = attach(virtanen, folder, date(2026, 1, 20), by=None)
    spot = factories.spot(folder)
    for day in (5, 12, 20, 25):
        factories.task(spot, done_on=date(2026, 1, day))
    tops = branches(report(virtanen), lambda _node: True)
    found = {branch.attachment: branch.cells[0].value for branch in tops}
    assert found == {first: 1, second: 2}
    assert set(found) <= set(Attachment.objects.all())


def test_work_in_the_folder_itself_stands_beside_what_lies_below(virtanen: Customer, office_of: Folder) -> None:
    factories.task(factories.spot(office_of), done_on=date(2026, 1, 10))
    factories.task(factories.spot(factories.folder("Varasto", office_of)), done_on=date(2026, 1, 10))
    names = [(level, number) for level, _name, number in lines(virtanen)]
    assert names == [(1, 2), (2, 1), (2, 1)]


def test_work_of_work_orders_alone_has_a_line_and_the_lines_add_up(virtanen: Customer, office_of: Folder) -> None:
    order = factories.order(of=virtanen)
    factories.task(None, work_order=order, done_on=date(2026, 1, 10))
    factories.task(factories.spot(factories.folder()), work_order=order, done_on=date(2026, 1, 10))
    factories.task(factories.spot(office_of), work_order=order, done_on=date(2026, 1, 10))
    found = report(virtanen)
    assert lines(virtanen) == [(1, "Isännöinti Virtanen", 1)]
    assert found.alone[0].value == 2
    assert found.totals[0].value == 3


def test_work_stands_by_work_order_another_customer_s_too(virtanen: Customer, office_of: Folder) -> None:
    ours = factories.order("Katot", of=virtanen)
    theirs = factories.order("Ikkunat", of=factories.customer())
    spot = factories.spot(office_of)
    for order in (ours, theirs, theirs, None):
        factories.task(spot, work_order=order, done_on=date(2026, 1, 10))
    found = {group.pk: group.cells[0].value for group in report(virtanen).orders()}
    assert found == {theirs.pk: 2, ours.pk: 1, None: 1}


def test_requests_received_stand_where_their_spot_was_on_the_day_received(
    virtanen: Customer, office_of: Folder
) -> None:
    old, new = factories.folder("Vanha", office_of), factories.folder("Uusi", office_of)
    spot = factories.spot(old)
    factories.request(spot, received_on=date(2026, 1, 5), done_on=date(2026, 1, 20))
    move_spot(spot, new, date(2026, 1, 10), by=None)
    found = {branch.name: (branch.cells[4].value, branch.cells[5].value) for branch in branches(report(virtanen), bool)}
    assert found == {"Isännöinti Virtanen": (1, 1), "Vanha": (1, 0), "Uusi": (0, 1)}


# ---- months and comparisons ------------------------------------------------------------------------------------------


def test_months_divide_work_into_owned_and_others(virtanen: Customer, office_of: Folder, house: Folder) -> None:
    for folder, days in (
        (office_of, ["2025-02-01", "2026-01-31"]),
        (house, ["2025-02-28", "2024-02-03", "2025-01-31"]),
    ):
        spot = factories.spot(folder)
        for day in days:
            factories.task(spot, done_on=date.fromisoformat(day))
    months = customer_months(None, virtanen, JANUARY, timezone.localdate()).rows
    assert len(months) == 12
    assert [(row.owned.value, row.others.value, row.then) for row in months if row.period.first.month < 3] == [
        (1, 1, 1),  # February 2025
        (1, 0, 1),  # January 2026
    ]


def test_the_period_before_and_a_year_before_stand_beside(virtanen: Customer, office_of: Folder) -> None:
    spot = factories.spot(office_of)
    days = ["2026-01-01", "2026-01-31", "2026-01-15", "2025-12-01", "2025-12-31", "2025-01-31", "2025-11-30"]
    for day in days:
        factories.task(spot, done_on=date.fromisoformat(day))
    row = report(virtanen).measures[0]
    assert row.before is not None
    assert row.year is not None
    assert (row.collected.value, row.before.cell.value, row.year.cell.value) == (3, 2, 1)
    assert (row.before.change, row.year.change) == ("+50\u00a0%", "+200\u00a0%")
