"""One door to each thing: rows are looked up through visible_to, and places change by the operations alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.structure.sources import ROOT, nodes, product_files, where

PAGES = {"views", "forms", "filters", "admin"}
SCOPED = {
    *(
        "Contact",
        "Customer",
        "Folder",
        "Role",
        "ServiceRequest",
        "ServiceRequestKind",
        "Spot",
        "Task",
        "User",
        "WorkOrder",
    ),
}
SCOPES = {"visible_to", "told_to"}  # and the one that a model of ours has made of it
LINKS = {"Attachment", "Coverage", "CustomerContact", "Operation", "Placement", "SpotPlacement"}  # join what is scoped

HISTORIES = {"Attachment", "Coverage", "Operation", "Placement", "SpotPlacement", "TreeVersion"}
HISTORIES_OF = {"attachments", "coverage", "past_children", "past_spots", "placements"}  # of a folder, spot or customer
HISTORY_WRITERS = {
    "folders/tree.py",
    "customers/ownership.py",
    "customers/sql/rebuild.py",
    "workorders/places.py",
    "workorders/recording.py",
}
DEMO = "workorders/management/demo/"  # makes a whole company's history at once, where nothing is yet
WRITES = {"bulk_create", "bulk_update", "create", "delete", "get_or_create", "update", "update_or_create"}
PLACES = {"folder", "folder_id", "parent", "parent_id", "received_folder", "received_folder_id", "since", "until"}
RAW_WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM)\s+(?:folders|customers|workorders)_", re.IGNORECASE)

KEYS = {"sort_key", "search_key"}


def files(*, writers: bool) -> Iterator[Path]:
    for path in product_files():
        name = path.relative_to(ROOT).as_posix()
        if writers or not (name in HISTORY_WRITERS or name.startswith(DEMO)):
            yield path


def root(node: ast.AST) -> str:
    """The name that a chain of attributes, calls and subscripts begins with."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def strings(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((given.value for given in call.keywords if given.arg == name), None)


def test_pages_look_rows_up_through_visible_to() -> None:
    found = [
        f"{where(path, line)}: {what} without visible_to"
        for path in product_files()
        if PAGES & {path.stem, path.parent.name}
        for line, what in unscoped(ast.parse(path.read_text()))
    ]
    assert found == []


def unscoped(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each `Model.objects` that none of SCOPES follows, and each get_object_or_404 or get() of such rows."""
    every = list(ast.walk(tree))
    scoped = {id(node.value) for node in every if isinstance(node, ast.Attribute) and node.attr in SCOPES}
    asked = {id(part) for node in every if is_call(node, {"Exists"}) for part in ast.walk(node)}  # yes or no, no rows
    for node in every:
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in scoped | asked:
            model, known = root(node), SCOPED
        elif isinstance(node, ast.Call) and is_call(node, {"get_object_or_404", "get_list_or_404"}):
            model, known = root(node.args[0]), set() if "visible_to" in ast.unparse(node.args[0]) else SCOPED | LINKS
        else:
            continue
        if model in known:
            yield node.lineno, model


def is_call(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def test_histories_are_written_by_the_operations_alone() -> None:
    """Neither through the model, nor through the rows that refer to it (`folder.placements.update(…)`)."""
    found = [
        f"{where(path, node.lineno)}: {ast.unparse(node.func)}"
        for path in files(writers=False)
        for node in nodes(path)
        if isinstance(node, ast.Call) and writes_history(node)
    ]
    assert found == []


def writes_history(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        written = root(call.args[0]) if call.func.id == "insert_rows" else ""
        return call.func.id in HISTORIES or written in HISTORIES  # a row made to be saved, or many
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    names = {part.attr for part in ast.walk(call.func.value) if isinstance(part, ast.Attribute)}
    return root(call) in HISTORIES or bool(names & HISTORIES_OF)


def test_no_sql_of_our_own_writes_elsewhere() -> None:
    found = [
        where(path, node.lineno)
        for path in files(writers=False)
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and RAW_WRITE.search(node.value)
    ]
    assert found == []


def test_places_and_days_are_set_by_the_operations_alone() -> None:
    """Neither by assignment, nor by update(), bulk_update() or save(update_fields=…)."""
    found = []
    for path in files(writers=False):
        for node in nodes(path):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                places = {
                    target.attr for target in targets if isinstance(target, ast.Attribute) and root(target) != "self"
                }
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                places = written_fields(node)
            else:
                continue
            if places & PLACES:
                found.append(f"{where(path, node.lineno)}: {', '.join(sorted(places & PLACES))}")
    assert found == []


def test_a_name_is_never_written_without_its_keys_of_order_and_search() -> None:
    found = [
        where(path, node.lineno)
        for path in files(writers=True)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and "name" in written_fields(node)
        and KEYS - written_fields(node)
        and "*KEYS" not in ast.unparse(node)
    ]
    assert found == []


def written_fields(call: ast.Call) -> set[str]:
    """The fields that a call of update(), bulk_update() or save(update_fields=…) names."""
    verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if verb == "update":
        return {given.arg for given in call.keywords if given.arg}
    if isinstance(call.func, ast.Name) and call.func.id == "insert_rows":
        verb = "insert_rows"
    listed = {
        "insert_rows": call.args[1] if len(call.args) > 1 else keyword(call, "columns"),
        "bulk_update": call.args[1] if len(call.args) > 1 else keyword(call, "fields"),
        "save": keyword(call, "update_fields"),
    }
    fields = listed.get(verb)
    return strings(fields) if fields is not None else set()
