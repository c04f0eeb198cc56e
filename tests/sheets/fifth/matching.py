"""Which kinds there are already, by their names."""

from collections.abc import Collection

from accounts.models import User
from sheets.columns import folded
from workorders.models import ServiceRequestKind


def find_kinds(names: Collection[str], by: User | None) -> dict[str, ServiceRequestKind]:
    """By folded name. One query."""
    wanted = {folded(name) for name in names}
    kinds = {folded(kind.name): kind for kind in ServiceRequestKind.objects.visible_to(by)}
    return {name: kind for name, kind in kinds.items() if name in wanted}
