from django.apps import AppConfig


class ActorsConfig(AppConfig):
    """Who: countries, organizations, officials, and the offices they hold."""

    name = "actors"
    verbose_name = "Actors"

    def ready(self) -> None:
        from actors.documents import SHAPES  # noqa: PLC0415 - models are not ready before
        from actors.findings import RULES  # noqa: PLC0415
        from config.desk import findings  # noqa: PLC0415
        from config.record import shapes  # noqa: PLC0415

        shapes.register(*SHAPES)
        findings.register(*RULES)
