"""Who comes into the admin."""

from django.contrib import admin
from django.http import HttpRequest


class OfficeAdminSite(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Staff; and who may change users, whom there is no other page for: else the role would be of no use."""
        return super().has_permission(request) or request.user.has_perm("accounts.change_user")
