"""What lies in a folder's branch today."""

import pytest

from customers.ownership import move_folder
from folders.models import Folder, Spot
from folders.sql.branches import below, count_below
from spotilla.counting import AtLeast
from spotilla.templatetags.office import number
from tests import factories
from tests.factories import user
from tests.folders.many import many_folders

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
    assert count_below(roots, spots=Spot.objects.visible_to(sees)) == {
        top.pk: {"folders": 2, "spots": 2},
        low.pk: {"folders": 0, "spots": 1},
        empty.pk: {"folders": 0, "spots": 0},
    }
    sees_none = Spot.objects.visible_to(user("vieras2@spotilla.example"))
    assert [counts["spots"] for counts in count_below(roots, spots=sees_none).values()] == [0, 0, 0]
    assert count_below([], spots=Spot.objects.all()) == {}


def test_a_branch_too_large_to_look_into_is_counted_as_far_as_that_went(monkeypatch: pytest.MonkeyPatch) -> None:
    """Breadth first: the folder itself and the nearest below it. Many rows are counted so far and no further."""
    monkeypatch.setattr("folders.sql.branches.FOLDERS", 3)
    monkeypatch.setattr("folders.sql.branches.LEAST_FOLDERS", 3)
    top, small = factories.folder("Ylin"), factories.folder("Pieni")
    for place in [top, *many_folders(5, top), small]:
        factories.spot(place)
    found = {pk: counts | {"cut": isinstance(counts["spots"], AtLeast)} for pk, counts in _counted(top, small).items()}
    assert found == {
        top.pk: {"folders": 3, "spots": 4, "cut": True},
        small.pk: {"folders": 0, "spots": 1, "cut": False},
    }
    monkeypatch.setattr("folders.sql.branches.COUNTED", 2)
    monkeypatch.setattr("spotilla.counting.COUNTED", 2)
    assert number(_counted(top)[top.pk]["spots"]) == "2+"


def _counted(*folders: Folder) -> dict[int, dict[str, int]]:
    return count_below([folder.pk for folder in folders], spots=Spot.objects.all())
