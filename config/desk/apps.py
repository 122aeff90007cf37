from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class DeskConfig(AppConfig):
    """The curators' desk: entering, reviewing, correcting and tracing records in the admin."""

    name = "config.desk"
    label = "desk"
    verbose_name = "Desk"


class DeskAdminConfig(AdminConfig):
    """The admin, with the desk as its site."""

    default_site = "config.desk.site.Desk"
