"""Forms of service requests. The rules stand in the schema and in workorders.recording; forms repeat none of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from folders.choices import describe_folders
from folders.models import Folder, Spot
from spotilla.optimistic_lock import Values, VersionedActionForm, stored
from spotilla.record_picker import PickField, offer
from spotilla.text_fields import LineField, LinesField
from spotilla.web import DateField
from workorders.forms.fields import RowField
from workorders.forms.tasks import spot_field
from workorders.models import ServiceRequest, ServiceRequestKind
from workorders.recording import change_request, edit_request, record_request, relocate_request

State = ServiceRequest.State


class RequestPlaceForm(VersionedActionForm):
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

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User, item: ServiceRequest | None = None) -> None:
        super().__init__(data, initial=(self.stands(item) if item else {}) | initial, row=item)
        offer(self, "spot", Spot.objects.visible_to(user))
        offer(self, "folder", Folder.objects.visible_to(user))

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("spot") and self.cleaned_data.get("folder"):
            self.add_error("folder", _("Choose a spot or a folder; a spot's folder comes with it."))
        return super().clean()

    def stands(self, row: ServiceRequest) -> dict[str, Any]:
        """Its own folder is what it is about; that of a spot changes when somebody moves the spot."""
        return {"spot": row.spot_id, "folder": row.folder_id if row.spot_id is None else None}

    def replace(self, item: ServiceRequest) -> ServiceRequest:
        """Raises Refused."""
        given, own_folder = self.cleaned_data, item.folder if item.spot is None else None
        spot, folder = given.get("spot", item.spot), given.get("folder", own_folder)
        return relocate_request(item, spot=spot, folder=folder, version=self.page_version())


class RequestForm(RequestPlaceForm):
    """A new request; with a role it goes straight to work."""

    name = LineField(label=_("Subject"), max_length=200)
    description = LinesField(label=_("Description"), required=False, rows=3)
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


class RequestEditForm(VersionedActionForm):
    """What was reported, and when."""

    name = LineField(label=_("Subject"), max_length=200)
    kind: Any = RowField(None, label=_("Kind"), empty_label=None)
    received_on = DateField(label=_("Received"))
    description = LinesField(label=_("Description"), required=False, rows=3)

    def __init__(self, data: Any, *, item: ServiceRequest, user: User) -> None:
        super().__init__(data, initial=dict(self.stands(item)), row=item)
        kind: Any = self.fields["kind"]
        kind.queryset = ServiceRequestKind.objects.visible_to(user).order_by("name")

    def stands(self, row: ServiceRequest) -> Values:
        return stored(row, ("name", "kind", "received_on", "description"))

    def keep(self, item: ServiceRequest) -> ServiceRequest:
        """Raises Refused."""
        given = {name: self.cleaned_data[name] for name in ("name", "kind", "received_on", "description")}
        return edit_request(item, **given, version=self.page_version())


class RequestActionForm(VersionedActionForm):
    """What gives a request its state, on a page that shows its role and its day."""

    def stands(self, row: ServiceRequest) -> Values:
        return stored(row, ("state", "role", "done_on"))


class TakeForm(RequestActionForm):
    """Whose queue the request is in."""

    role: Any = RowField(None, label=_("Responsible role"), empty_label=_("Choose"))

    def __init__(self, data: Any, *, item: ServiceRequest, user: User) -> None:
        super().__init__(data, initial={"role": item.role_id}, row=item)
        role: Any = self.fields["role"]
        role.queryset = Role.objects.visible_to(user).order_by("name")

    def take(self, item: ServiceRequest) -> ServiceRequest:
        """An open request goes to work; another keeps its state. Raises Refused."""
        state = State.IN_PROGRESS if item.state == State.OPEN else item.state
        return change_request(item, state, role=self.cleaned_data["role"], version=self.page_version(state=state))


class DayForm(RequestActionForm):
    """The day on which a request was done or forwarded."""

    day = DateField(label=_("Day"))

    def __init__(self, data: Any, *, item: ServiceRequest) -> None:
        super().__init__(data, initial={"day": item.done_on or timezone.localdate()}, row=item)

    def stands(self, row: ServiceRequest) -> Values:
        return {"state": row.state, "role": row.role_id, "day": row.done_on}

    def usual(self) -> Values:
        return {"day": timezone.localdate()}

    def close(self, item: ServiceRequest, state: str) -> ServiceRequest:
        """Raises Refused."""
        day, version = self.cleaned_data["day"], self.page_version(state=state)
        return change_request(item, state, done_on=day, version=version)


class RequestStateForm(RequestActionForm):
    """A state that needs no more to be said."""

    may_be_sent_again = False
    state = forms.ChoiceField(
        choices=[choice for choice in State.choices if choice[0] not in ServiceRequest.WITH_DONE_ON]
    )

    def give(self, item: ServiceRequest) -> ServiceRequest:
        """Raises Refused."""
        return change_request(item, self.cleaned_data["state"], version=self.page_version())
