from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from config.limits import database
from config.limits.requests import current


class ConfigConfig(AppConfig):
    """The wiring: settings, addresses, and the command that starts it all."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Have every connection to the database told of the limits that hold for it."""
        connection_created.connect(_configure, dispatch_uid="config.limits")


def _configure(connection: Any, **_: Any) -> None:
    limited = current()
    if limited is None:
        database.configure(connection, None, lambda: False)
    else:
        database.configure(connection, limited.seconds, limited.is_over)
