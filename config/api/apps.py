from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What every address of the API does, and the keys that raise its rate limit."""

    name = "config.api"
    label = "api"
    verbose_name = "API"
