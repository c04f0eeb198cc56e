"""What is audited of customers: every change of theirs, of contacts and of links, in the table customers_change."""

from __future__ import annotations

from functools import partial

from spotilla import audit_triggers

TABLES = ("customers_customer", "customers_contact", "customers_customercontact")

kept_changes = partial(audit_triggers.kept_changes, log="customers_change")  # for migrations
