"""The queue as staff see it at the desk, and operators in the metrics."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from config.monitoring.metrics import _Gauges
from config.tasks import liveness, registry
from config.tasks.models import Task, TaskState, Worker
from tests.people import signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:tasks_task_changelist")


def page(task: Task) -> str:
    return reverse("admin:tasks_task_change", args=[task.pk])


def test_a_failed_task_is_seen_with_its_error_and_run_once_more() -> None:
    client = signed_in("Administrator")
    failed = Task.objects.create(
        name="links",
        state=TaskState.FAILED,
        attempts=3,
        max_attempts=3,
        done=20,
        total=1200,
        error="Traceback …\nOSError: <gone>",
    )
    shown = client.get(LIST).content.decode()
    assert "links" in shown
    assert "20 of 1,200" in shown
    assert "OSError: &lt;gone&gt;" in shown
    shown = client.get(page(failed)).content.decode()
    assert "Traceback …" in shown
    assert "Retry" in shown
    client.post(LIST, {"action": "retry", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert (failed.state, failed.max_attempts) == (TaskState.WAITING, 4)
    # What is done is not run again.
    Task.objects.update(state=TaskState.DONE, error="")
    client.post(LIST, {"action": "retry", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.state == TaskState.DONE


def test_the_page_of_a_task_follows_it_until_it_is_done() -> None:
    client = signed_in("Administrator")
    waiting = Task.objects.create(name="links", total=5, done=2)
    answer = client.get(page(waiting))
    assert "2 of 5" in answer.content.decode()
    assert answer["Refresh"] == "5"
    Task.objects.update(state=TaskState.DONE, report="All answer.")
    answer = client.get(page(waiting))
    assert "All answer." in answer.content.decode()
    assert "Refresh" not in answer


def test_a_task_that_waits_says_where_no_worker_runs() -> None:
    client = signed_in("Administrator")
    waiting = Task.objects.create(name="links")
    assert "no worker is running" in client.get(page(waiting)).content.decode()
    row = Worker.objects.create(host="here", pid=1)
    lock = liveness.hold(row.pk)
    assert "no worker is running" not in client.get(page(waiting)).content.decode()
    # It dies, and its row stays.
    lock.release()
    assert "no worker is running" in client.get(page(waiting)).content.decode()


def test_the_link_of_a_task_is_shown_to_who_added_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = registry.TaskType("test", lambda run: None, 1, lambda task: ("Where it leads <on>", "/admin/?next"))
    monkeypatch.setitem(registry.types, "test", kind)
    client, other = signed_in("Curator"), signed_in("Administrator")
    added = kind.enqueue(by=User.objects.get(username="curator"))
    assert '<a id="next" href="/admin/?next">Where it leads &lt;on&gt;</a>' in client.get(page(added)).content.decode()
    assert "/admin/?next" not in other.get(page(added)).content.decode()


def test_a_curator_sees_their_own_tasks_and_no_others() -> None:
    client = signed_in("Curator")
    own = Task.objects.create(name="own", state=TaskState.FAILED, error="no luck", by=User.objects.get(username="curator"))
    other = Task.objects.create(name="other", state=TaskState.FAILED, error="no luck")
    shown = client.get(LIST).content.decode()
    assert f"own {own.pk}" in shown
    assert f"other {other.pk}" not in shown
    assert "Retry" not in client.get(page(own)).content.decode()
    assert client.get(page(other)).status_code == 302
    client.post(LIST, {"action": "retry", "_selected_action": [own.pk]})
    own.refresh_from_db()
    assert own.state == TaskState.FAILED


def test_metrics_tell_how_long_the_queue_is() -> None:
    Task.objects.create(name="test", state=TaskState.FAILED)
    Task.objects.create(name="test")
    reported = {(one.name, *one.labels.values()): one.value for family in _Gauges().collect() for one in family.samples}
    assert reported["chancery_tasks", "waiting"] == reported["chancery_tasks", "failed"] == 1
    assert reported["chancery_tasks", "running"] == reported["chancery_task_workers",] == 0
    assert reported["chancery_tasks_oldest_waiting_seconds",] >= 0
