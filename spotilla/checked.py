"""Rows that ask once whether they keep all their check constraints. Django asks for each by itself, in a savepoint."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q


class Checked(models.Model):
    """A model whose check constraints cost one query to validate; a row that breaks one is asked for each, as ever."""

    checks_hold = False  # while the other constraints are validated: these need not be asked again

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self.checks_hold = self._keeps_its_checks(set(exclude or ()))
        try:
            super().validate_constraints(exclude)
        finally:
            self.checks_hold = False

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        constraints = super().get_constraints()
        if not self.checks_hold:
            return constraints
        return [
            (model, [rule for rule in rules if not isinstance(rule, CheckConstraint)]) for model, rules in constraints
        ]

    def _keeps_its_checks(self, exclude: set[str]) -> bool:
        """Whether all hold that name no field of `exclude`, as Django leaves those out."""
        conditions = [Q(rule.condition) for rule in self._meta.constraints if isinstance(rule, CheckConstraint)]
        asked = [condition for condition in conditions if not exclude & condition.referenced_base_fields]
        if not asked:
            return True
        try:
            CheckConstraint(condition=reduce(and_, asked), name="all").validate(type(self), self, exclude)
        except ValidationError:
            return False
        return True
