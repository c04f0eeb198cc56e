"""Texts of Django's own pages that Django has not in Finnish or Swedish: named here, so that our catalogues have them.

Those of the admin's scripts stand in locale/*/LC_MESSAGES/djangojs.po, which the admin is given by AdminTexts.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop, ngettext_lazy
from django.views.i18n import JavaScriptCatalog

ADMIN = [
    gettext_noop(", "),
    gettext_noop("Run"),
    gettext_noop("Change or view list link"),
    gettext_noop("Filter by %(field_name)s"),
    gettext_noop(
        "Deleting the %(object_name)s “%(escaped_object)s” would result in deleting related objects, but your account "
        "doesn't have permission to delete the following types of objects:"
    ),
    gettext_noop(
        "Deleting the %(object_name)s “%(escaped_object)s” would require deleting the following protected related "
        "objects:"
    ),
    gettext_noop(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the following related items "
        "will be deleted:"
    ),
    gettext_noop("Pagination %(name)s entries"),
    gettext_noop("Pagination %(name)s"),
    gettext_noop("Search %(name)s"),
    gettext_noop("Logout"),
    gettext_noop('The app "%s" could not be found.'),
    gettext_noop("- Select an option -"),
    gettext_noop("No %s matches the given query."),
]
ADMIN_COUNTS = [ngettext_lazy("…and %(count)d more object.", "…and %(count)d more objects.", "count")]


class AdminTexts(JavaScriptCatalog):
    """The texts of the admin's scripts, Django's and ours."""

    def get_paths(self, packages: list[str]) -> list[Any]:
        return [*super().get_paths(packages), *settings.LOCALE_PATHS]
