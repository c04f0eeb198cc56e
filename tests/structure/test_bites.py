"""Each rule of the house bites: a file that breaks it is found, the same file put right is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.structure import sources, test_days, test_doors, test_roles, test_style

LONG = "\n".join(f"line_{n} = {n}" for n in range(501))
LONG_FUNCTION = "def work() -> None:\n" + "\n".join(f"    line_{n} = {n}" for n in range(80))

# The rule, the file that breaks it, what stands in it, and the same put right.
BROKEN: list[tuple[Callable[[], None], str, str, str]] = [
    (test_style.test_no_module_is_too_long_to_read, "folders/tree.py", LONG, "line = 1"),
    (test_style.test_no_function_is_too_long_to_read, "folders/tree.py", LONG_FUNCTION, "def work() -> None: ..."),
    (
        test_style.test_nothing_happens_in_save_or_delete,
        "folders/models.py",
        "class Folder:\n    def save(self): ...",
        "class Folder:\n    def path(self): ...",
    ),
    (
        test_style.test_no_signal_is_received,
        "folders/models.py",
        "from django.db.models.signals import post_save",
        "from django.db import models",
    ),
    (
        test_days.test_nobody_takes_the_day_from_another_clock,
        "folders/tree.py",
        "today = date" + ".today()",  # in two, since the rule reads this file too
        "today = timezone.localdate()",
    ),
    (
        test_doors.test_pages_look_rows_up_through_visible_to,
        "folders/views/tree.py",
        "rows = Folder.objects.filter(parent=None)",
        "rows = Folder.objects.visible_to(request.user).filter(parent=None)",
    ),
    (
        test_doors.test_pages_look_rows_up_through_visible_to,
        "folders/views/tree.py",
        "folder = get_object_or_404(Folder, pk=pk)",
        "folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)",
    ),
    (
        test_doors.test_histories_are_written_by_the_operations_alone,
        "customers/views/page.py",
        "Attachment.objects.filter(pk=pk).update(note='')",
        "detach(attachment, day, by=request.user)",
    ),
    (
        test_doors.test_histories_are_written_by_the_operations_alone,
        "customers/views/page.py",
        "folder.placements.filter(until=FOREVER).delete()",
        "folder.placements.filter(until=FOREVER).first()",
    ),
    (
        test_doors.test_histories_are_written_by_the_operations_alone,
        "customers/views/page.py",
        "Attachment(customer=customer, folder=folder).save()",
        "attach(customer, folder, by=request.user)",
    ),
    (
        test_doors.test_histories_are_written_by_the_operations_alone,
        "customers/importing/save.py",
        "insert_rows(Attachment, COLUMNS, rows)",
        "insert_rows(Customer, COLUMNS, rows)",
    ),
    (
        test_doors.test_a_name_is_never_written_without_its_keys_of_order_and_search,
        "customers/importing/save.py",
        "insert_rows(Customer, ['id', 'name'], rows)",
        "insert_rows(Customer, ['id', 'name', *KEYS], rows)",
    ),
    (
        test_doors.test_no_sql_of_our_own_writes_elsewhere,
        "reports/rollup/orders.py",
        "execute('DELETE FROM customers_coverage')",
        "execute('SELECT 1 FROM customers_coverage')",
    ),
    (
        test_doors.test_places_and_days_are_set_by_the_operations_alone,
        "folders/views/changes.py",
        "folder.parent = other",
        "move_folder(folder, other, by=request.user)",
    ),
    (
        test_doors.test_places_and_days_are_set_by_the_operations_alone,
        "folders/views/changes.py",
        "Spot.objects.visible_to(user).update(folder=other)",
        "Spot.objects.visible_to(user).update(state='faulty')",
    ),
    (
        test_doors.test_places_and_days_are_set_by_the_operations_alone,
        "folders/views/changes.py",
        "folder.save(update_fields=['parent'])",
        "folder.save(update_fields=['description'])",
    ),
    (
        test_doors.test_a_name_is_never_written_without_its_keys_of_order_and_search,
        "customers/importing/save.py",
        "Customer.objects.bulk_update(rows, ['name', 'city'])",
        "Customer.objects.bulk_update(rows, ['name', 'city', 'sort_key', 'search_key'])",
    ),
    (
        test_doors.test_a_name_is_never_written_without_its_keys_of_order_and_search,
        "customers/importing/save.py",
        "Customer.objects.filter(pk=1).update(name='Uusi')",
        "Customer.objects.filter(pk=1).update(city='Uusi')",
    ),
    (
        test_roles.test_no_bare_group_is_made,
        "accounts/views.py",
        "from django.contrib.auth.models import Group\nGroup.objects.get_or_create(name='Huolto')",
        "from accounts.models import Role\nRole.objects.get_or_create(name='Huolto')",
    ),
]


@pytest.mark.parametrize(("rule", "name", "wrong", "right"), BROKEN)
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    rule: Callable[[], None], name: str, wrong: str, right: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    for module in (test_days, test_doors, test_roles, test_style):
        monkeypatch.setattr(module, "ROOT", tmp_path, raising=False)
    path.write_text(right)
    rule()
    path.write_text(wrong)
    with pytest.raises(AssertionError):
        rule()
