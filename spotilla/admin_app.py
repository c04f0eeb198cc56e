"""The admin as an app, with the site that the office comes into. (In apps.py Django would take it for this one's.)"""

from django.contrib.admin.apps import AdminConfig


class OfficeAdminConfig(AdminConfig):
    default_site = "spotilla.admin_site.OfficeAdminSite"
