from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from config.record.database import triggers


class RecordConfig(AppConfig):
    """App of records: models, curation, stored documents and the public log."""

    name = "config.record"
    label = "record"
    verbose_name = "Logs"

    def ready(self) -> None:
        pre_migrate.connect(triggers.remember, sender=self)
        post_migrate.connect(triggers.put_back, sender=self)
