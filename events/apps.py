from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What happened: meetings, agreements, statements, actions, and what they were about."""

    name = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        from config.record import shapes  # noqa: PLC0415 - models are not ready before
        from events.documents import SHAPES  # noqa: PLC0415
        from events.resolution import resolve  # noqa: PLC0415

        shapes.register(*SHAPES)
        shapes.RESOLVERS.append(resolve)
