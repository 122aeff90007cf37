from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Documents, pages and datasets that records cite as evidence."""

    name = "config.sources"
    verbose_name = "Sources"
