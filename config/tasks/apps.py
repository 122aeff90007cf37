from django.apps import AppConfig

from config.monitoring import metrics


class TasksConfig(AppConfig):
    """The queue of background tasks."""

    name = "config.tasks"
    label = "tasks"
    verbose_name = "Background tasks"

    def ready(self) -> None:
        """Register the gauges of the queue."""
        from config.tasks.models import Task, Worker  # noqa: PLC0415 - models are there only now

        add = metrics.add_gauge
        add("chancery_tasks", "Tasks that wait, run or have failed.", Task.objects.count_by_state, label="state")
        add("chancery_tasks_oldest_waiting_seconds", "How long the first task is due already.", Task.objects.oldest_waiting)
        add("chancery_task_workers", "Workers that have started and not ended.", Worker.objects.count)
