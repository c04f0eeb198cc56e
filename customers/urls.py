"""The routes of customers, each by hand."""

from django.urls import path

from customers.importing.spec import CUSTOMERS
from customers.importing_contacts.spec import CONTACTS
from customers.views import (
    attachments,
    contacts,
    editing,
    exporting,
    lists,
    page,
)
from sheets.pages.routes import import_routes

app_name = "customers"
urlpatterns = [
    # Customers
    path("customers/", lists.customer_list, name="list"),
    path("customers/choices/", lists.customer_choices, name="customer_choices"),
    path("customers/new/", editing.new, name="new"),
    path("customers/<int:pk>/", page.detail, name="detail"),
    path("customers/<int:pk>/edit/", editing.edit, name="edit"),
    path("customers/<int:pk>/close/", editing.close, name="close"),
    path("customers/<int:pk>/reopen/", editing.reopen, name="reopen"),
    path("customers/<int:pk>/delete/", editing.delete, name="delete"),
    path("customers/<int:pk>/log/", page.log, name="log"),
    path("customers/export/", exporting.export, name="export"),
    # Import from Excel
    *import_routes(CUSTOMERS, "customers/"),
    # Attachments of folders
    path("customers/<int:pk>/folders/", page.folders, name="folders"),
    path("customers/<int:pk>/attach/", attachments.attach_folder, name="attach"),
    path("folders/<int:pk>/attach/", attachments.attach_customer, name="attach_customer"),
    path("attachments/<int:pk>/days/", attachments.redate_attachment, name="redate"),
    path("attachments/<int:pk>/end/", attachments.detach_folder, name="detach"),
    path("attachments/<int:pk>/hand-over/", attachments.hand_over_folder, name="hand_over"),
    path("attachments/<int:earlier>/hand-over/<int:later>/", attachments.redate_hand_over_of, name="redate_hand_over"),
    # Contacts of a customer
    path("customers/<int:pk>/contacts/", page.contacts, name="customer_contacts"),
    path("customers/<int:pk>/contacts/add/", contacts.add_contact, name="add_contact"),
    path("customers/<int:pk>/contacts/new/", contacts.add_new_contact, name="add_new_contact"),
    path("customers/<int:pk>/contacts/<int:link>/role/", contacts.change_role, name="change_role"),
    path("customers/<int:pk>/contacts/<int:link>/remove/", contacts.remove_contact, name="remove_contact"),
    # Contacts
    path("contacts/", contacts.contact_list, name="contacts"),
    path("contacts/choices/", contacts.contact_choices, name="contact_choices"),
    path("contacts/export/", exporting.export_contacts, name="contacts_export"),
    *import_routes(CONTACTS, "contacts/"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/delete/", contacts.contact_delete, name="contact_delete"),
    path("contacts/<int:pk>/log/", contacts.contact_log, name="contact_log"),
]
