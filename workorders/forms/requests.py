"""Forms of service requests. The rules stand in the schema and in workorders.recording; forms repeat none of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from folders.choices import describe_folders
from folders.models import Folder, Spot
from spotilla.pick import PickField, offer
from spotilla.web import DateField, DateInput
from workorders.forms.fields import RowField
from workorders.forms.tasks import KEYS, spot_field
from workorders.models import ServiceRequest, ServiceRequestKind
from workorders.recording import change_request, record_request, replace_request

State = ServiceRequest.State


class RequestPlaceForm(forms.Form):
    """A spot, a folder itself, or no place yet."""

    spot = spot_field(empty_label=_("No spot, or not known yet"))
    folder = PickField(
        None,
        url_name="folders:folder_choices",
        describe=describe_folders,
        label=_("Folder, when it is about no one spot"),
        required=False,
        empty_label=_("No folder, or not known yet"),
    )

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User) -> None:
        super().__init__(data, initial=initial)
        offer(self, "spot", Spot.objects.visible_to(user))
        offer(self, "folder", Folder.objects.visible_to(user))

    def clean(self) -> None:
        if self.cleaned_data.get("spot") and self.cleaned_data.get("folder"):
            self.add_error("folder", _("Choose a spot or a folder; a spot's folder comes with it."))

    def replace(self, item: ServiceRequest) -> ServiceRequest:
        """Raises Refused."""
        given, own_folder = self.cleaned_data, item.folder if item.spot is None else None
        return replace_request(item, spot=given.get("spot", item.spot), folder=given.get("folder", own_folder))


class RequestForm(RequestPlaceForm):
    """A new request; with a role it goes straight to work."""

    name = forms.CharField(label=_("Subject"), max_length=200)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    kind: Any = RowField(None, label=_("Kind"), empty_label=None)
    received_on = DateField(label=_("Received"))
    role: Any = RowField(
        None,
        label=_("Responsible role"),
        required=False,
        empty_label=_("None yet"),
        help_text=_("With a role the request is in progress, without one it is open."),
    )

    field_order = ("name", "kind", "received_on", "spot", "folder", "role", "description")

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User) -> None:
        super().__init__(data, initial={"received_on": timezone.localdate()} | initial, user=user)
        kind: Any = self.fields["kind"]
        kind.queryset = ServiceRequestKind.objects.visible_to(user).order_by("name")
        role: Any = self.fields["role"]
        role.queryset = Role.objects.visible_to(user).order_by("name")

    def record(self) -> ServiceRequest:
        """Raises Refused."""
        state = State.IN_PROGRESS if self.cleaned_data["role"] else State.OPEN
        return record_request(**self.cleaned_data, state=state)


class RequestEditForm(forms.ModelForm[ServiceRequest]):
    """What was reported, and when."""

    class Meta:
        model = ServiceRequest
        fields = ("name", "kind", "received_on", "description")
        field_classes = {"received_on": DateField}
        widgets = {"received_on": DateInput, "description": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "name": _("Subject"),
            "kind": _("Kind"),
            "received_on": _("Received"),
            "description": _("Description"),
        }

    def __init__(self, data: Any, *, instance: ServiceRequest, user: User) -> None:
        super().__init__(data, instance=instance)
        offered: Any = self.fields["kind"]
        offered.queryset = ServiceRequestKind.objects.visible_to(user).order_by("name")
        offered.empty_label = None

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def keep(self) -> None:
        """Another day received means another folder of that day. Raises Refused."""
        item = self.save(commit=False)
        with transaction.atomic():
            if "received_on" in self.changed_data:
                own_folder = item.folder if item.spot is None else None
                replace_request(item, spot=item.spot, folder=own_folder, received_on=item.received_on)
            item.save(update_fields=["name", "kind", "description", *KEYS])


class TakeForm(forms.Form):
    """Whose queue the request is in."""

    role: Any = RowField(None, label=_("Responsible role"), empty_label=_("Choose"))

    def __init__(self, data: Any, *, item: ServiceRequest, user: User) -> None:
        super().__init__(data, initial={"role": item.role_id})
        role: Any = self.fields["role"]
        role.queryset = Role.objects.visible_to(user).order_by("name")

    def take(self, item: ServiceRequest) -> ServiceRequest:
        """An open request goes to work; another keeps its state. Raises Refused."""
        state = State.IN_PROGRESS if item.state == State.OPEN else item.state
        return change_request(item, state, role=self.cleaned_data["role"])


class DayForm(forms.Form):
    """The day on which a request was done or forwarded."""

    day = DateField(label=_("Day"))

    def __init__(self, data: Any, *, item: ServiceRequest) -> None:
        super().__init__(data, initial={"day": item.done_on or timezone.localdate()})


class RequestStateForm(forms.Form):
    """A state that needs no more to be said."""

    state = forms.ChoiceField(choices=[choice for choice in State.choices if choice[0] not in {"done", "forwarded"}])
