"""The kinds of operations that take work along, mend it, or make a whole company of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from folders.kinds import declare_kind

MOVE_SPOT = declare_kind("move_spot", _("spot moved"))
LOAD_DEMO = declare_kind("load_demo", _("demo data created"))
REPAIR = declare_kind("repair", _("coverage repaired"))
