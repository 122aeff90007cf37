"""Background tasks of webhooks: one for each subscription that lags behind the log."""

from __future__ import annotations

from config.tasks.registry import Run, task, watch
from config.webhooks.delivery import deliver
from config.webhooks.models import Subscription


@task("webhooks")
def send_changes(run: Run, subscription: int) -> None:
    """Send the changes that a subscription has not received."""
    row = Subscription.objects.waiting().filter(pk=subscription).first()
    # Another task may have sent them, or the subscription may be disabled.
    if row:
        deliver(row, run)


@watch
def follow_the_log() -> None:
    """Add a task for each subscription that something may be sent to. Whoever publishes knows nothing of webhooks."""
    for pk in Subscription.objects.waiting().values_list("pk", flat=True):
        lock = f"webhook-{pk}"
        send_changes.enqueue(lock=lock, queueing_lock=lock, subscription=pk)
