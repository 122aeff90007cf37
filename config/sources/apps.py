from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Documents, pages and datasets that records cite as evidence."""

    name = "config.sources"
    label = "sources"
    verbose_name = "Sources"

    def ready(self) -> None:
        from config.desk.editorial import checks  # noqa: PLC0415 - models are not ready before
        from config.record.documents import registry  # noqa: PLC0415
        from config.sources.documents import DOCUMENT_TYPE  # noqa: PLC0415
        from config.sources.findings import RULES  # noqa: PLC0415

        registry.register(DOCUMENT_TYPE)
        checks.register(*RULES)
