"""Users and roles. A bare Group is never made: Django's own page of groups is taken away."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from spotilla.office_admin import OfficeAdmin

admin.site.unregister(Group)


class NewUserForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "language")
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}  # Django's has one for the user name

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class ChangedUserForm(UserChangeForm[User]):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


@admin.register(User)
class OfficeUserAdmin(OfficeAdmin, UserAdmin[User]):
    form = ChangedUserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("email", "first_name", "last_name")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "language")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (None, {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "first_name", "last_name", "language", "usable_password", "password1", "password2"),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only who has every right gives them; else a right to change users would be a right to everything."""
        mine = ("is_staff", "is_superuser", "groups", "user_permissions")
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *mine)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not of somebody who may do more: with a new password or e-mail their rights would be one's own."""
        return super().has_change_permission(request, obj) and _no_more_than(obj, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _no_more_than(obj, request)


def _no_more_than(user: User | None, request: HttpRequest) -> bool:
    """Whether `user` has no right that who asks has not."""
    if user is None or request.user.is_superuser:
        return True
    return not user.is_superuser and user.get_all_permissions() <= request.user.get_all_permissions()


@admin.register(Role)
class RoleAdmin(OfficeAdmin, GroupAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As with users: only who has every right gives them, by a role too."""
        return () if request.user.is_superuser else ("permissions",)
