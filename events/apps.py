from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What happened: meetings, agreements, statements, actions, and what they were about."""

    name = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        from config.desk.editorial import checks  # noqa: PLC0415
        from config.desk.editorial import coverage as pictures  # noqa: PLC0415 - models are not ready before
        from config.record.documents import registry  # noqa: PLC0415
        from events.coverage import coverage  # noqa: PLC0415
        from events.documents import DOCUMENT_TYPES  # noqa: PLC0415
        from events.findings import RULES  # noqa: PLC0415
        from events.resolution import resolve  # noqa: PLC0415

        registry.register(*DOCUMENT_TYPES)
        registry.RESOLVERS.append(resolve)
        checks.register(*RULES)
        pictures.COVERAGE.append(coverage)
