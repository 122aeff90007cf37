"""The queue as tables: tasks, the workers that run them, and when repeated tasks are due next."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from config.record.database.constraints import named, one_of


class TaskState(models.TextChoices):
    """Where a task stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks."""

    def due(self) -> TaskQuerySet:
        """Return what may be run now, in its order: not what shares its lock with a running task."""
        holders = Task.objects.filter(state=TaskState.RUNNING, lock=OuterRef("lock")).exclude(lock="")
        waiting = self.filter(~Exists(holders), state=TaskState.WAITING, due_at__lte=timezone.now())
        return waiting.order_by("due_at", "pk")

    def retry(self) -> int:
        """Run what has failed, or waits for its next attempt, once more now; return how many."""
        waits_again = Q(state=TaskState.WAITING, due_at__gt=timezone.now()) & ~Q(error="")
        again = self.filter(Q(state=TaskState.FAILED) | waits_again)
        once_more = {"max_attempts": F("attempts") + 1, "due_at": timezone.now(), "ended_at": None}
        return again.update(state=TaskState.WAITING, **once_more)

    def count_by_state(self) -> dict[str, float]:
        """Return how many tasks wait, run and have failed."""
        states = (TaskState.WAITING, TaskState.RUNNING, TaskState.FAILED)
        counted = self.filter(state__in=states).order_by().values_list("state").annotate(count=Count("pk"))
        return dict.fromkeys(map(str, states), 0.0) | dict(counted)

    def oldest_waiting(self) -> float:
        """Return for how many seconds the first of what is due has been due."""
        first = self.filter(state=TaskState.WAITING).order_by("due_at").values_list("due_at", flat=True).first()
        return max(0.0, (timezone.now() - first).total_seconds()) if first else 0.0


class Worker(models.Model):
    """A process that runs tasks. It holds a lock as long as it lives (`config.tasks.liveness`)."""

    started_at = models.DateTimeField(auto_now_add=True, help_text="When it started, in UTC.")
    host = models.TextField(help_text="The machine.")
    pid = models.IntegerField(help_text="The number of the process.")

    def __str__(self) -> str:
        return f"{self.host}, process {self.pid}"


class Task(models.Model):
    """Something to be done outside of a request."""

    name = models.CharField(max_length=60, help_text="Which function runs it, by its name in a module tasks.py.")
    arguments = models.JSONField(default=dict, help_text="What the function is called with.")
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.WAITING, help_text="Where it stands.")
    lock = models.CharField(max_length=100, blank=True, help_text="Of tasks with the same lock one runs at a time. Empty: any.")
    queueing_lock = models.CharField(
        max_length=100, blank=True, help_text="Of tasks with the same queueing lock one waits to be begun. Empty: any."
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was added, in UTC.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text="Who added it. Empty: the server."
    )
    due_at = models.DateTimeField(default=timezone.now, help_text="Before when it is not run, in UTC.")
    attempts = models.PositiveIntegerField(default=0, help_text="How often it was begun.")
    max_attempts = models.PositiveIntegerField(default=1, help_text="How often it is begun before it has failed.")
    worker = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="+", help_text="Who runs it, or ran it last.")
    started_at = models.DateTimeField(null=True, help_text="When it was begun last, in UTC.")
    ended_at = models.DateTimeField(null=True, help_text="When it was done or had failed, in UTC.")
    done = models.PositiveIntegerField(default=0, help_text="How many of its parts are done.")
    total = models.PositiveIntegerField(null=True, help_text="How many parts it has. Null: not known.")
    checkpoint = models.JSONField(default=dict, help_text="What it goes on from when it is run again.")
    report = models.TextField(blank=True, help_text="What came of it.")
    error = models.TextField(blank=True, help_text="Why the last attempt failed. Empty: it did not.")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        constraints: ClassVar = [
            one_of("state", TaskState),
            models.UniqueConstraint(
                fields=["lock"], name="tasks_task_lock_held_once", condition=Q(state=TaskState.RUNNING) & ~Q(lock="")
            ),
            models.UniqueConstraint(
                fields=["queueing_lock"],
                name="tasks_task_queued_once",
                condition=Q(state=TaskState.WAITING, attempts=0) & ~Q(queueing_lock=""),
            ),
            named("attempts_positive", Q(max_attempts__gte=1), "It is tried at least once."),
            named("running_has_started", ~Q(state=TaskState.RUNNING) | Q(started_at__isnull=False), "What runs has started."),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="tasks_task_waiting", condition=Q(state=TaskState.WAITING)),
            models.Index(fields=["worker"], name="tasks_task_running", condition=Q(state=TaskState.RUNNING)),
            models.Index(fields=["-id"], name="tasks_task_failed", condition=Q(state=TaskState.FAILED)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class RepeatedTask(models.Model):
    """When a task that SCHEDULE names is due next."""

    name = models.CharField(max_length=60, primary_key=True, help_text="The name of the task.")
    cron = models.CharField(max_length=100, help_text="When it is due, as cron writes it, in UTC.")
    next_at = models.DateTimeField(help_text="When it is due next, in UTC.")

    def __str__(self) -> str:
        return f"{self.name}: {self.cron}"


def requeue(running: TaskQuerySet, why: str) -> None:
    """Have tasks of a dead worker run again; those that have used up their attempts have failed."""
    now = timezone.now()
    running = running.filter(state=TaskState.RUNNING)
    running.filter(attempts__gte=F("max_attempts")).update(state=TaskState.FAILED, ended_at=now, error=why)
    running.update(state=TaskState.WAITING, due_at=now, error=why)
