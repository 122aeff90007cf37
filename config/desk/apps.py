from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The curators' desk: who may come in, what each role may do, and what is noted of it."""

    name = "config.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        from config.desk.access import noting, roles  # noqa: PLC0415 - models are not ready before

        noting.begin()
        roles.keep_after_migrating()
