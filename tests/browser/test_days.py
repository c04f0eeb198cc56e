"""Days in fields and drawings, as wide as the screen is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from customers.ownership import attach, hand_over, move_folder
from tests import factories

PADDING = "element => getComputedStyle(element).paddingInlineEnd"
FITS = """svg => [...svg.querySelectorAll('rect, text')].every(each => {
  const all = svg.getBoundingClientRect(), own = each.getBoundingClientRect()
  return own.left >= all.left - 1 && own.right <= Math.min(all.right, innerWidth) + 1 })"""


def test_a_wrong_day_stands_whole_in_its_field(office_page: Page) -> None:
    spot = factories.spot(factories.folder())
    task = factories.task(spot)
    office_page.goto(f"/tasks/{task.pk}/finish/")
    field = office_page.get_by_label("Tekopäivä")
    right = field.evaluate(PADDING)
    field.fill("0026-02-11")
    office_page.locator("main form").first.evaluate("form => form.requestSubmit()")
    office_page.get_by_text("Kirjoita vuosi neljällä numerolla: 11.2.0026 on vuonna 26.").wait_for()
    wrong = office_page.locator("input[type=date].is-invalid")
    assert wrong.input_value() == "0026-02-11"
    assert wrong.evaluate(PADDING) == right


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1440])
def test_the_timeline_is_not_cut(office_page: Page, axe: Callable[..., list[str]], width: int) -> None:
    above, folder = factories.folder("Isännöinti Virtanen"), factories.folder("As Oy Puistola")
    first = attach(factories.customer("As Oy Puistola"), folder, date(2012, 1, 1), by=None)
    hand_over(first, factories.customer("Kiinteistö Oy Puistolan Huolto"), date(2025, 11, 1), by=None)
    move_folder(folder, above, date(2018, 3, 1), by=None)
    office_page.set_viewport_size({"width": width, "height": 900})
    office_page.goto(f"/folders/{folder.pk}/")
    drawn = office_page.locator("svg.plot:visible")
    assert drawn.count() == 1
    assert drawn.evaluate(FITS)
    assert office_page.evaluate("document.documentElement.scrollWidth") == width
    assert axe(office_page) == []
