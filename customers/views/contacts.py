"""People: the list, one person with the customers served, and what a customer's contacts are to it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from customers.changes import describe_changes
from customers.choices import describe_contacts
from customers.forms.contacts import AddContactForm, ContactForm, NewContactForm, RoleForm
from customers.models import Change, Contact, CustomerContact
from customers.querysets import ChangeQuerySet
from customers.views.page import customer_of
from spotilla.once import made, once
from spotilla.optimistic_lock import saved
from spotilla.record_picker import choices, keep_search, sent
from spotilla.web import AuthenticatedHttpRequest, paginate, render

SHOWN = 5  # changes on a person's page; a page of their own has all


def contact_of(request: AuthenticatedHttpRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)


def link_of(request: AuthenticatedHttpRequest, pk: int, link: int) -> CustomerContact:
    """One of the customer's contacts in one role."""
    links = CustomerContact.objects.visible_to(request.user).filter(customer=customer_of(request, pk))
    return get_object_or_404(links.select_related("contact", "customer"), pk=link)


def searched(request: AuthenticatedHttpRequest) -> str:
    """What the list of contacts is searched by."""
    return request.GET.get("q", "").strip()[:100]


@login_required
@permission_required("customers.view_contact", raise_exception=True)
def contact_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    query = searched(request)
    contacts = Contact.objects.visible_to(request.user)
    found = contacts.matching(query) if query else contacts
    page = paginate(request, found.in_order(), rows=contacts.annotate(served=Count("customers", distinct=True)))
    context = {"query": query, "page": page, "nobody": not query and not page.paginator.count}
    return render(request, "customers/contact_list.html", context, partial="rows")


@login_required
@permission_required("customers.view_contact", raise_exception=True)
def contact_choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    return choices(request, Contact.objects.visible_to(request.user), describe_contacts)


@login_required
@permission_required("customers.view_contact", raise_exception=True)
def contact(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    person = contact_of(request, pk)
    links = CustomerContact.objects.visible_to(request.user).filter(contact=person).select_related("customer")
    page = paginate(request, links.order_by("customer__sort_key", "customer_id", "role"))
    changes = describe_changes(list(_changes_of(person, request)[:SHOWN]), Contact)
    return render(request, "customers/contact.html", {"contact": person, "page": page, "changes": changes})


@login_required
@permission_required("customers.view_contact", raise_exception=True)
def contact_log(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What changed of the person and of the customers served, newest first."""
    person = contact_of(request, pk)
    page = paginate(request, _changes_of(person, request))
    context = {"contact": person, "page": page, "entries": describe_changes(list(page), Contact)}
    return render(request, "customers/contact_log.html", context)


def _changes_of(person: Contact, request: AuthenticatedHttpRequest) -> ChangeQuerySet:
    return Change.objects.visible_to(request.user).filter(contact=person).select_related("user").newest_first()


@login_required
@permission_required("customers.add_contact", raise_exception=True)
@once
def contact_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)
    if saved(form):
        messages.success(request, _("The contact was created."))
        return made(form.instance, "customers:contact", form.instance.pk)
    return render(request, "customers/contact_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.change_contact", raise_exception=True)
def contact_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    person = contact_of(request, pk)
    name = person.name  # validating writes what was typed into the contact
    form = ContactForm(request.POST or None, instance=person)
    if saved(form):
        messages.success(request, _("Saved."))
        return redirect("customers:contact", pk)
    context = {"form": form, "contact": person, "name": name}
    return render(request, "customers/contact_edit.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.delete_contact", raise_exception=True)
def contact_delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Asks first, naming how many customers lose the contact: personal data goes for good."""
    person = contact_of(request, pk)
    if request.method == "POST":
        person.delete()
        messages.success(request, _("The contact was deleted."))
        return redirect("customers:contacts")
    served = person.customers.distinct().count()
    return render(request, "customers/contact_delete.html", {"contact": person, "served": served})


@login_required
@permission_required("customers.change_customer", raise_exception=True)
@once
def add_contact(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Somebody who is there already, in a role."""
    customer = customer_of(request, pk)
    data, initial = sent(request)
    form = AddContactForm(data, initial=initial, instance=CustomerContact(customer=customer), user=request.user)
    if saved(form):
        messages.success(request, _("The contact was added."))
        return made(form.instance, "customers:customer_contacts", pk)
    keep_search(form, request)
    context = {"form": form, "customer": customer}
    return render(request, "customers/add_contact.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required(("customers.change_customer", "customers.add_contact"), raise_exception=True)
@once
def add_new_contact(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Somebody who is not there yet, in a role."""
    customer = customer_of(request, pk)
    form = NewContactForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            person = form.save()
            link = CustomerContact.objects.create(customer=customer, contact=person, role=form.cleaned_data["role"])
        messages.success(request, _("The contact was added."))
        return made(link, "customers:customer_contacts", pk)
    context = {"form": form, "customer": customer}
    return render(request, "customers/add_new_contact.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.change_customer", raise_exception=True)
def change_role(request: AuthenticatedHttpRequest, pk: int, link: int) -> HttpResponse:
    of_customer = link_of(request, pk, link)
    form = RoleForm(request.POST or None, instance=of_customer)
    if saved(form):
        messages.success(request, _("Saved."))
        return redirect("customers:customer_contacts", pk)
    context = {"form": form, "link": of_customer}
    return render(request, "customers/change_role.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.change_customer", raise_exception=True)
def remove_contact(request: AuthenticatedHttpRequest, pk: int, link: int) -> HttpResponse:
    """Asks first. The person stays, with the other customers served."""
    of_customer = link_of(request, pk, link)
    if request.method == "POST":
        of_customer.delete()
        messages.success(request, _("The contact was removed from the customer."))
        return redirect("customers:customer_contacts", pk)
    return render(request, "customers/remove_contact.html", {"link": of_customer})
