from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What happened: meetings, agreements, statements, actions, and what they were about."""

    name = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        from config.desk import coverage as pictures  # noqa: PLC0415 - models are not ready before
        from config.desk import findings  # noqa: PLC0415
        from config.record import shapes  # noqa: PLC0415
        from events.coverage import coverage  # noqa: PLC0415
        from events.documents import SHAPES  # noqa: PLC0415
        from events.findings import RULES  # noqa: PLC0415
        from events.resolution import resolve  # noqa: PLC0415

        shapes.register(*SHAPES)
        shapes.RESOLVERS.append(resolve)
        findings.register(*RULES)
        pictures.COVERAGE.append(coverage)
