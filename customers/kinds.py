"""The kinds of operations that customers have: attachments, what coverage follows from, and imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from folders.kinds import declare_kind

NEW_FOLDER = declare_kind("new_folder", _("new folder"))
MOVE_FOLDER = declare_kind("move_folder", _("folder moved"))
DELETE_FOLDER = declare_kind("delete_folder", _("folder deleted"))
ATTACH = declare_kind("attach", _("folder attached"))
REDATE = declare_kind("redate", _("days of an attachment changed"))
DETACH = declare_kind("detach", _("attachment ended"))
HAND_OVER = declare_kind("hand_over", _("folder handed over"))
REDATE_HAND_OVER = declare_kind("redate_hand_over", _("day of a hand-over changed"))
CLOSE_CUSTOMER = declare_kind("close_customer", _("customer closed"))
REOPEN_CUSTOMER = declare_kind("reopen_customer", _("customer opened again"))
IMPORT_CUSTOMERS = declare_kind("import_customers", _("customers imported"))
IMPORT_CONTACTS = declare_kind("import_contacts", _("contacts imported"))
IMPORT_FOLDERS = declare_kind("import_folders", _("folders imported"))
