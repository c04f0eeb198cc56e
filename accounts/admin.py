"""Users and roles. A bare Group is never made: Django's own page of groups is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.rights import end_sessions, has_every_right_of, may_take_away, name_right, rights_to_offer, roles_to_give
from spotilla.office_admin import OfficeAdmin

admin.site.unregister(Group)


class RightsInOrder(ModelChoiceIterator[Permission]):
    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__(), key=lambda choice: str(choice[1])))


class RightsField(forms.ModelMultipleChoiceField[Permission]):
    iterator = RightsInOrder

    def label_from_instance(self, obj: Permission) -> str:
        return name_right(obj)


class OffersRights(OfficeAdmin):
    """Rights are offered by names that people know; who may not give them reads them as one line."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Permission:
            kwargs |= {"form_class": RightsField, "queryset": rights_to_offer()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("rights"))
    def named_rights(self, row: User | Role) -> str:
        given = row.user_permissions if isinstance(row, User) else row.permissions
        return ", ".join(sorted(map(name_right, given.select_related("content_type")))) or "–"


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
class OfficeUserAdmin(OffersRights, UserAdmin[User]):
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
    readonly_fields = ("last_login", "date_joined", "named_rights")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = {} if request.user.is_superuser else {"user_permissions": "named_rights"}
        fieldsets: Any = super().get_fieldsets(request, obj)
        return [
            (title, {**options, "fields": tuple(shown.get(name, name) for name in options["fields"])})
            for title, options in fieldsets
        ]

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
class RoleAdmin(OffersRights, GroupAdmin):  # type: ignore[misc]  # the stubs name Django's own arguments otherwise
    readonly_fields = ("named_rights",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only who has every right says what a role may do."""
        return ["name", "permissions" if request.user.is_superuser else "named_rights"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        within = obj is None or roles_to_give(cast(User, request.user)).filter(pk=obj.pk).exists()
        return super().has_change_permission(request, obj) and within

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or may_take_away(cast(User, request.user), obj)
        )
