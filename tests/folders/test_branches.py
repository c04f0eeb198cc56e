"""What lies in a folder's branch today."""

import pytest

from customers.ownership import move_folder
from folders.branches import below, count_below
from folders.models import Folder, Spot
from tests import factories
from tests.factories import user

pytestmark = pytest.mark.django_db


def test_a_branch_is_the_folder_and_all_that_is_below_it_today() -> None:
    top = factories.folder("Ylin")
    middle = factories.folder("Väli", top)
    lowest = factories.folder("Alin", middle)
    beside = factories.folder("Viereinen")
    assert set(Folder.objects.filter(pk__in=below(top.pk))) == {top, middle, lowest}
    move_folder(middle, beside, by=None)
    assert set(Folder.objects.filter(pk__in=below(top.pk))) == {top}
    assert set(Folder.objects.filter(pk__in=below(beside.pk))) == {beside, middle, lowest}


def test_rows_are_counted_by_branch_each_in_every_branch_that_holds_it_and_only_what_may_be_seen() -> None:
    top = factories.folder()
    low, empty = factories.folder(parent=top), factories.folder(parent=top)
    factories.spot(top)
    factories.spot(low)
    roots = [top.pk, low.pk, empty.pk]
    sees = user("näkee@spotilla.example", "folders.view_spot")
    assert count_below(roots, Spot.objects.visible_to(sees)) == {top.pk: 2, low.pk: 1}
    assert count_below(roots, Spot.objects.visible_to(user("vieras2@spotilla.example"))) == {}
    assert count_below([], Spot.objects.all()) == {}
