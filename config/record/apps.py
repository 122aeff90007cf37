from django.apps import AppConfig


class RecordConfig(AppConfig):
    """What every record has: dates, names, identifiers, proof, curation and the log of documents."""

    name = "config.record"
    label = "record"
    verbose_name = "Sources and logs"

    def ready(self) -> None:
        from config.record.documents import registry, sources  # noqa: PLC0415 - models are not ready before

        registry.register(sources.SHAPE)
