"""Forms of attachments. Days on the screen are the first and the last one; here, and nowhere else, they become `since`
and the exclusive `until`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from customers.choices import describe_customers
from customers.models import Attachment, Customer
from folders.choices import describe_folders
from folders.days import ALWAYS, FOREVER, Dated
from folders.models import Folder
from spotilla.record_picker import Picker, PickField, offer
from spotilla.web import DateField


def first_without(last: date | None) -> date:
    """The exclusive end of days whose last one is `last`; None is until further notice."""
    return FOREVER if last is None or last >= FOREVER - timedelta(days=1) else last + timedelta(days=1)


def last_with(until: date) -> date | None:
    """The other way: None for an open end."""
    return None if until == FOREVER else until - timedelta(days=1)


class FolderPicker(Picker):
    """A Picker with the tree below it, opened branch by branch; the view gives `rows` (customers.views.tree)."""

    template_name = "customers/folder_picker.html"
    rows: Any = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["rows"] = self.rows
        if not self.typed:
            context["widget"] |= {"hits": [], "more": False}
        return context


class FolderPickField(PickField):
    widget = FolderPicker


class DaysForm(forms.Form):
    """From when, and until when. “Always” or a first day; a last day or none."""

    begins = forms.ChoiceField(
        label=_("Begins"),
        widget=forms.RadioSelect,
        choices=[("day", _("On a day")), ("always", pgettext_lazy("since the beginning", "Always"))],
        initial="day",
    )
    first = DateField(label=_("First day"), required=False)
    last = DateField(label=_("Last day"), required=False, help_text=_("Empty: until further notice"))

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None, of: Dated | None = None) -> None:
        """`of`: what has the days now, when they are to be changed."""
        days: dict[str, Any] = {"first": timezone.localdate()}
        if of is not None:
            always = of.since == ALWAYS
            days = {
                "begins": "always" if always else "day",
                "first": None if always else of.since,
                "last": last_with(of.until),
            }
        super().__init__(data, initial=days | (initial or {}))

    def clean(self) -> None:
        begins, first = self.cleaned_data.get("begins"), self.cleaned_data.get("first")
        if begins == "day" and not first and "first" not in self.errors:
            self.add_error("first", _("Give the first day, or choose “always”."))
        if begins == "always" and first and "begins" not in self.changed_data and "first" in self.changed_data:
            self.add_error("first", _("“Always” has no first day. Empty it, or choose “on a day”."))

    def days(self) -> tuple[date, date]:
        """since <= day < until, once the form is valid."""
        given = self.cleaned_data
        return (ALWAYS if given["begins"] == "always" else given["first"]), first_without(given["last"])

    def fingerprint(self) -> str:
        """What the preview was shown of: nothing else is saved."""
        since, until = self.days()
        return f"{since}:{until}"


class AttachFolderForm(DaysForm):
    """A folder for a customer."""

    folder = FolderPickField(
        None, url_name="folders:folder_choices", describe=describe_folders, label=_("Folder"), required=True
    )
    field_order = ("folder", "begins", "first", "last")

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User) -> None:
        super().__init__(data, initial=initial)
        offer(self, "folder", Folder.objects.visible_to(user))

    def fingerprint(self) -> str:
        return f"{self.cleaned_data['folder'].pk}:{super().fingerprint()}"


class AttachCustomerForm(DaysForm):
    """A customer for a folder."""

    customer = PickField(
        None, url_name="customers:customer_choices", describe=describe_customers, label=_("Customer"), required=True
    )
    field_order = ("customer", "begins", "first", "last")

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User) -> None:
        super().__init__(data, initial=initial)
        customers = Customer.objects.visible_to(user)
        offer(self, "customer", customers, offered=customers.open_on(timezone.localdate()))

    def fingerprint(self) -> str:
        return f"{self.cleaned_data['customer'].pk}:{super().fingerprint()}"


class DetachForm(forms.Form):
    """When the attachment ends, or that it never was."""

    how = forms.ChoiceField(
        label=_("Ends"),
        widget=forms.RadioSelect,
        choices=[("last", _("After a last day")), ("never", _("The attachment was a mistake: remove it altogether"))],
        initial="last",
    )
    last = DateField(label=_("Last day"), required=False, help_text=_("The last day whose work the customer collects."))

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None, of: Attachment) -> None:
        self.attachment = of
        super().__init__(data, initial={"last": timezone.localdate()} | (initial or {}))

    def clean(self) -> None:
        last = self.cleaned_data.get("last")
        if self.cleaned_data.get("how") == "last" and "last" not in self.errors:
            if last is None:
                self.add_error("last", _("Give the last day."))
            elif last < self.attachment.since:
                self.add_error("last", _("The attachment begins after that day. If it was a mistake, choose so."))
            elif first_without(last) > self.attachment.until:
                self.add_error("last", _("The attachment ends before that day. Change its days instead."))

    def day(self) -> date:
        """The first day without the attachment, once the form is valid."""
        return (
            self.attachment.since if self.cleaned_data["how"] == "never" else first_without(self.cleaned_data["last"])
        )

    def fingerprint(self) -> str:
        return str(self.day())


class HandOverForm(forms.Form):
    """To whom a folder goes, and from which day."""

    customer = PickField(
        None,
        url_name="customers:customer_choices",
        describe=describe_customers,
        label=_("Receiving customer"),
        required=True,
    )
    day = DateField(label=_("First day of the receiving customer"))

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User) -> None:
        super().__init__(data, initial={"day": timezone.localdate()} | initial)
        customers = Customer.objects.visible_to(user)
        offer(self, "customer", customers, offered=customers.open_on(timezone.localdate()))

    def fingerprint(self) -> str:
        return f"{self.cleaned_data['customer'].pk}:{self.cleaned_data['day']}"


class HandOverDayForm(forms.Form):
    """Another day for a hand-over that was made: it ends the one and begins the other."""

    day = DateField(label=_("First day of the later customer"))

    def fingerprint(self) -> str:
        return str(self.cleaned_data["day"])
