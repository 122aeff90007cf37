from django.apps import AppConfig


class RecordConfig(AppConfig):
    """What every record has: dates, names, identifiers, proof, curation and the log of documents."""

    name = "config.record"
    label = "record"
    verbose_name = "Record"

    def ready(self) -> None:
        from config.record import shapes, sources  # noqa: PLC0415 - models are not ready before

        shapes.register(sources.SHAPE)
