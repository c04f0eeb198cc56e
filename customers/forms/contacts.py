"""Forms of people, and of what they are to a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.choices import describe_contacts
from customers.forms.fields import PhoneField
from customers.models import Contact, CustomerContact
from spotilla.optimistic_lock import VersionedForm
from spotilla.record_picker import PickField
from spotilla.text_fields import EmailField, LineField, text_field


class ContactForm(VersionedForm[Contact]):
    """A contact's own fields; refused when somebody has changed one of them meanwhile."""

    name = LineField(label=_("Name"), max_length=200)
    email = EmailField(label=_("E-mail"), required=False)
    phone = PhoneField(label=_("Phone"), max_length=40, required=False)

    class Meta:
        model = Contact
        formfield_callback = text_field
        fields = ("name", "email", "phone")


class RoleForm(VersionedForm[CustomerContact]):
    """Another role for a contact that the customer has."""

    role = forms.ChoiceField(label=_("Role"), choices=CustomerContact.Role, widget=forms.RadioSelect)

    class Meta:
        model = CustomerContact
        fields = ("role",)


class AddContactForm(forms.ModelForm[CustomerContact]):
    """A contact who is there already, in a role for the customer that the form's instance names."""

    contact = PickField(
        None, url_name="customers:contact_choices", describe=describe_contacts, label=_("Contact"), required=True
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=CustomerContact.Role, widget=forms.RadioSelect, initial=CustomerContact.Role.CONTRACT
    )

    class Meta:
        model = CustomerContact
        fields = ("contact", "role")

    def __init__(self, data: Any, *, initial: dict[str, Any], instance: CustomerContact, user: User) -> None:
        super().__init__(data, initial=initial, instance=instance)
        contact = self.fields["contact"]
        assert isinstance(contact, PickField)  # noqa: S101
        contact.queryset = Contact.objects.visible_to(user)

    def _get_validation_exclusions(self) -> set[str]:
        # The customer is no field of the form, but "once a role" is about it.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions - {"customer"}


class NewContactForm(ContactForm):
    """Somebody who is not there yet, made with a role for the customer."""

    role = forms.ChoiceField(
        label=_("Role"), choices=CustomerContact.Role, widget=forms.RadioSelect, initial=CustomerContact.Role.CONTRACT
    )
