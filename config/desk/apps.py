from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class DeskConfig(AppConfig):
    """The curators' desk: signing in, entering, reviewing, correcting and tracing records in the admin."""

    name = "config.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        from config.desk.access import audit, roles  # noqa: PLC0415 - models are not ready before

        audit.begin()
        roles.keep_after_migrating()


class DeskAdminConfig(SimpleAdminConfig):
    """The admin, with the desk as its site, which finds its pages itself."""

    default_site = "config.desk.site.Desk"
