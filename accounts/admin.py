"""Users and roles. A bare Group is never made: Django's own page of groups is taken away."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.rights import end_sessions, has_every_right_of, may_take_away, roles_to_give
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
        """Who has not every right gives them by roles alone, and only those that they may see."""
        if request.user.is_superuser:
            return self.readonly_fields
        seen = request.user.has_perm("accounts.view_role")
        return (*self.readonly_fields, "is_superuser", "user_permissions", *([] if seen else ["groups"]))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = roles_to_give(cast(User, request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not of somebody who may do more, awake or not: a new password or e-mail would give their rights away."""
        return super().has_change_permission(request, obj) and _is_within(obj, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_within(obj, request)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if isinstance(obj, User) and not obj.is_active and "is_active" in form.changed_data:
            end_sessions(obj)


def _is_within(user: User | None, request: HttpRequest) -> bool:
    return user is None or has_every_right_of(cast(User, request.user), user)


@admin.register(Role)
class RoleAdmin(OfficeAdmin, GroupAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only who has every right says what a role may do."""
        return () if request.user.is_superuser else ("permissions",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        within = obj is None or roles_to_give(cast(User, request.user)).filter(pk=obj.pk).exists()
        return super().has_change_permission(request, obj) and within

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or may_take_away(cast(User, request.user), obj)
        )
