from django.apps import AppConfig


class ActorsConfig(AppConfig):
    """Who: countries, organizations, officials, and the offices they hold."""

    name = "actors"
    verbose_name = "Actors"

    def ready(self) -> None:
        from actors.documents import DOCUMENT_TYPES  # noqa: PLC0415 - models are not ready before
        from actors.findings import RULES  # noqa: PLC0415
        from config.desk.editorial import checks  # noqa: PLC0415
        from config.record.documents import registry  # noqa: PLC0415

        registry.register(*DOCUMENT_TYPES)
        checks.register(*RULES)
