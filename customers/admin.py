"""Customers and contacts are edited here; attachments, and the day that a customer closes, by the office's forms."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from customers.forms.contacts import ContactForm
from customers.forms.customers import GROUPS, CustomerForm
from customers.models import Attachment, Change, Contact, Customer, CustomerContact
from customers.phones import written
from folders.tree import KEYS
from spotilla.office_admin import OfficeAdmin, ReadOnlyAdmin, Tool
from spotilla.optimistic_lock import VersionedForm
from spotilla.web import as_id


class LinkForm(VersionedForm[CustomerContact]):
    class Meta:
        model = CustomerContact
        fields = ("contact", "role")


class CustomerContactInline(admin.TabularInline[CustomerContact, Customer]):
    model = CustomerContact
    form = LinkForm
    raw_id_fields = ("contact",)
    exclude = ("version",)  # the form brings its own, hidden
    fields = ("contact", "role", "version")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerContact]:
        return CustomerContact.objects.visible_to(cast("User", request.user))


@admin.register(Customer)
class CustomerAdmin(OfficeAdmin):
    form = CustomerForm
    office_add = "customers:new"
    office_history = "customers:log"
    judges_deleting = True
    keys = KEYS
    tools = (
        Tool("customers:detail", gettext_lazy("Customer's page"), "customers.view_customer"),
        Tool("customers:attach", gettext_lazy("Attach a folder"), "customers.add_attachment"),
        Tool("customers:close", gettext_lazy("Close"), "customers.change_customer"),
    )
    ordering = ("sort_key", "pk")
    list_display = ("name", "customer_type", "business_id", "customer_number", "city", "closed_on")
    list_filter = ("customer_type",)
    search_fields = ("search_key",)
    exclude = ("version",)  # the form brings its own, hidden
    fieldsets: ClassVar[Any] = (
        *((title or None, {"fields": names}) for title, names in GROUPS),
        (None, {"fields": ("closed_on", "version")}),
    )
    readonly_fields = ("closed_on",)
    inlines = (CustomerContactInline,)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            obj.delete()
        except ProtectedError as error:
            raise ValidationError(_("Folders or work orders refer to the customer. Close it instead.")) from error


@admin.register(Contact)
class ContactAdmin(OfficeAdmin):
    form = ContactForm
    office_add = "customers:contact_new"
    judges_deleting = True  # the row alone: customers served are not named to who may not see them
    office_history = "customers:contact_log"
    keys = KEYS
    tools = (Tool("customers:contact", gettext_lazy("Contact's page"), "customers.view_contact"),)
    ordering = ("sort_key", "pk")
    list_display = ("name", "email", "phone_written")
    search_fields = ("search_key",)
    exclude = ("version",)
    fields = ("name", "email", "phone", "version")

    @admin.display(description=gettext_lazy("phone"), ordering="phone")
    def phone_written(self, contact: Contact) -> str:
        return written(contact.phone)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    tools = (
        Tool("customers:redate", gettext_lazy("Change the days"), "customers.change_attachment"),
        Tool("customers:hand_over", gettext_lazy("Hand over"), "customers.change_attachment"),
        Tool("customers:detach", gettext_lazy("End"), "customers.change_attachment"),
    )
    ordering = ("-since", "pk")
    list_display = ("folder", "customer", "first_day", "last_day")
    list_select_related = ("folder", "customer")
    search_fields = search_through = ("folder", "customer")
    fields = ("folder", "customer", "first_day", "last_day")


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """Also of customers and contacts that are there no more."""

    ordering = ("-pk",)
    list_display = ("at", "user", "how", "done", "customer_id", "contact_id", "changed")
    list_filter = ("how", "done")
    list_select_related = ("user",)
    search_fields = ("customer", "contact")  # by their numbers: what they were called may be gone
    fields = ("at", "user", "how", "operation", "done", "customer_id", "contact_id", "changed")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        pk = as_id(search_term.strip())
        if not search_term:
            return queryset, False
        return (queryset.filter(Q(customer=pk) | Q(contact=pk)) if pk else queryset.none()), False
