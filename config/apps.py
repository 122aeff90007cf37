from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The wiring: settings, addresses, and the command that starts it all."""

    name = "config"
    label = "config"
