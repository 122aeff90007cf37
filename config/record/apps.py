from django.apps import AppConfig


class RecordConfig(AppConfig):
    """What every record has: dates, names, identifiers, citations, curation and the log of documents."""

    name = "config.record"
    label = "record"
    verbose_name = "Logs"
