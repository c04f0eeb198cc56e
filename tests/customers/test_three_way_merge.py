"""A field of an export that comes back: ours is written, theirs stays, or the two conflict."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from customers.models import Change
from customers.three_way_merge import merge_fields


def change(**changed: list[str]) -> Change:
    return Change(changed=changed)


@pytest.mark.parametrize(
    ("ours", "theirs", "theirs_stays", "conflicts"),
    [
        ("exported", "theirs", True, False),  # others alone have edited it
        ("ours", "theirs", False, True),  # both have
        ("theirs", "theirs", False, False),  # both have said the same
        ("ours", "exported", False, True),  # others have edited it back and forth: that is known, and told
    ],
)
def test_a_field_that_others_edited_stays_or_conflicts(
    ours: str, theirs: str, *, theirs_stays: bool, conflicts: bool
) -> None:
    edits = [change(name=["exported", "between"]), change(name=["between", theirs], email=["", "a@b.fi"])]
    merge = merge_fields({"name": ours}, SimpleNamespace(name=theirs), edits, ())
    assert merge.theirs == ({"name"} if theirs_stays else set())
    assert merge.conflicts == ({"name": edits[1]} if conflicts else {})


def test_a_field_that_nobody_else_edited_is_written() -> None:
    merge = merge_fields({"name": "ours"}, SimpleNamespace(name="theirs"), [change(email=["", "a@b.fi"])], ())
    assert (merge.theirs, merge.conflicts) == (set(), {})


def test_a_field_that_the_user_has_decided_is_written() -> None:
    edits = [change(name=["exported", "theirs"])]
    merge = merge_fields({"name": "ours"}, SimpleNamespace(name="theirs"), edits, {"name": "ours"})
    assert (merge.theirs, merge.conflicts) == (set(), {})


def test_every_difference_conflicts_while_nobody_knows_what_was_edited() -> None:
    merge = merge_fields({"name": "ours", "city": "Oulu"}, SimpleNamespace(name="theirs", city="Oulu"), [], ())
    assert (merge.theirs, merge.conflicts) == (set(), {"name": None})
