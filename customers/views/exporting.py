"""The customers, and the contacts, of their lists as a sheet that can be imported again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import StreamingHttpResponse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from customers.contact_exporting import exported as exported_contacts
from customers.exporting import exported
from customers.filters import CustomerFilter
from customers.models import Contact, Customer
from customers.views.contacts import searched
from sheets.writing import XLSX_TYPE, streamed
from spotilla.web import AuthenticatedHttpRequest


@login_required
@permission_required("customers.view_customer", raise_exception=True)
@require_safe
def export(request: AuthenticatedHttpRequest) -> StreamingHttpResponse:
    found = CustomerFilter(request.GET, Customer.objects.visible_to(request.user), user=request.user)
    return streamed(f"{pgettext('file name', 'customers')}.xlsx", XLSX_TYPE, exported(found.qs, of_all=found.is_of_all))


@login_required
@permission_required("customers.view_contact", raise_exception=True)
@require_safe
def export_contacts(request: AuthenticatedHttpRequest) -> StreamingHttpResponse:
    contacts, query = Contact.objects.visible_to(request.user), searched(request)
    found = contacts.matching(query) if query else contacts
    return streamed(f"{pgettext('file name', 'contacts')}.xlsx", XLSX_TYPE, exported_contacts(found, request.user))
