from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from config.desk.models import Sheet
from config.tasks.models import Task, TaskState

# For how many days tasks that have ended are kept.
ENDED = {TaskState.DONE: 30, TaskState.FAILED: 90}


class Command(BaseCommand):
    help = (
        "Delete what nobody needs any more: sessions and cached values that have expired, sheets that were brought more than a "
        "day ago and not done, background tasks that ended a month ago (failed ones: three). The audit log and the log of "
        "documents are never pruned. The worker does it every night."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("clearsessions")
        sheets, _ = Sheet.objects.expired().delete()
        tasks = 0
        for state, days in ENDED.items():
            tasks += Task.objects.filter(state=state, ended_at__lt=timezone.now() - timedelta(days=days)).delete()[0]
        self.stdout.write(f"{self._cached()} cached values, {sheets} sheets, {tasks} tasks")

    @staticmethod
    def _cached() -> int:
        """Delete the expired values of the caches that are in the database, and return how many there were."""
        caches: list[Any] = list(settings.CACHES.values())
        tables = [cache["LOCATION"] for cache in caches if cache["BACKEND"].endswith("DatabaseCache")]
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0, tzinfo=None))
        deleted = 0
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)} WHERE expires < %s", [now])  # noqa: S608
                deleted += cursor.rowcount
        return deleted
