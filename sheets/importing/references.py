"""What refers to rows that somebody would delete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import models

from spotilla.in_values import among


def referring_models(
    model: type[models.Model], pks: Collection[int], own: Collection[tuple[type[models.Model], str]]
) -> dict[int, list[type[models.Model]]]:
    """By row: the models that refer to it, but by their fields of `own`. A query for each relation."""
    found: dict[int, list[type[models.Model]]] = defaultdict(list)
    for relation in model._meta.related_objects if pks else ():
        other, name = relation.related_model, relation.field.name
        if (other, name) not in own:
            others: Any = other._base_manager.filter(among(f"{name}__pk", pks)).order_by()
            for pk in others.values_list(name, flat=True).distinct():
                found[pk].append(other)
    return found
