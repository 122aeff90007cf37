"""What the desk has done in the background: link checks, findings, pruning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.desk.choices import RevisionAction
from config.desk.editorial import versions
from config.desk.models import Finding
from config.desk.pages.review import bulk, record
from config.desk.tasks import check_findings, follow_pending_documents, prune
from config.record.curation import transitions
from config.record.documents import writer
from config.sources import links
from config.sources.models import Source
from config.sources.tasks import check_links
from config.tasks.models import Task, TaskState
from events.models import Event, Meeting
from tests.factories import MeetingFactory, SourceFactory, cited, published
from tests.people import signed_in
from tests.tasks.running import StopsAtOnce, run

pytestmark = pytest.mark.django_db


def test_links_are_checked_with_progress_and_go_on_where_they_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def broken(address: str, pause: float) -> str:
        asked.append(address)
        return "answers with 404" if "gone" in address else ""

    monkeypatch.setattr(links, "broken", broken)
    monkeypatch.setattr(links, "PAUSE", 0)
    monkeypatch.setattr(links, "HOSTS_AT_ONCE", 1)
    for host in ("a", "b", "c"):
        SourceFactory(url=f"https://{host}.example/gone", archive_url=f"https://{host}.example/here")
    check_links.enqueue()

    stopping = StopsAtOnce()
    task = run(stopping=stopping)
    assert (task.state, task.done, task.total, task.checkpoint["host"]) == (TaskState.WAITING, 1, 3, "a.example")
    asked.clear()
    task = run()
    assert (task.state, task.done) == (TaskState.DONE, 3)
    assert not [address for address in asked if "//a." in address]
    assert task.report == "3 of 3 hosts checked; 3 broken links."
    assert Finding.objects.filter(rule="broken_link").count() == 3


def test_findings_are_brought_up_to_date() -> None:
    MeetingFactory()
    check_findings.enqueue()
    task = run()
    assert (task.state, task.done) == (TaskState.DONE, task.total)
    assert Finding.objects.filter(rule="too_few").exists()


def test_pruning_is_a_task(settings: Any) -> None:
    assert set(settings.SCHEDULE) == {"prune", "findings", "links"}
    prune.enqueue()
    assert run().state == TaskState.DONE


def test_pending_documents_are_rendered_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_AT_ONCE", 1)
    made = [published(one) for one in meetings(2)]
    follow_pending_documents()
    assert not Task.objects.exists()
    source = made[0].citations.get().source
    for one in made[1:]:
        cited(one, source=source)
        transitions.amend({Event: [one.pk]})
    source.name = "A corrected title"
    source.save()
    transitions.amend({Source: [source.pk]})

    def fails(limit: int = 1) -> int:
        raise RuntimeError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(writer, "render_pending", fails)
        for _ in range(2):
            follow_pending_documents()
        Task.objects.update(max_attempts=1)
        assert run().state == TaskState.FAILED
    follow_pending_documents()
    assert Task.objects.count() == 1
    Task.objects.update(ended_at=timezone.now() - timedelta(minutes=6))
    follow_pending_documents()
    task = run()
    assert (task.state, task.done, task.total) == (TaskState.DONE, 2, 2)
    assert Event.objects.filter(document__contains="A corrected title").count() == 2


LIST = reverse("admin:events_meeting_changelist")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records are too many for a page, and two are a part."""
    monkeypatch.setattr(record, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "PART", 2)


def meetings(count: int) -> list[Meeting]:
    """Make drafts that can be published."""
    made = [cited(MeetingFactory()) for _ in range(count)]
    for one in made:
        published(one.citations.get().source)
    return made


def ask(client: Client, action: str = "publish", url: str = LIST, **more: Any) -> Any:
    asked = {"action": action, "select_across": "1", "_selected_action": ["0"], "index": "0"}
    return client.post(url, asked | more)


def decide(client: Client, action: str = "publish", url: str = LIST, reason: str = "") -> Task:
    page = ask(client, action, url)
    assert ask(client, action, url, chosen=page.context["chosen"], reason=reason).status_code == 302
    return Task.objects.get()


def states() -> list[str]:
    return list(Meeting.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.usefixtures("few")
def test_many_records_are_published_in_the_background_with_progress() -> None:
    made, client = meetings(5), signed_in("Editor")
    page = ask(client)
    assert "Publish 5 records" in page.content.decode()
    # Nothing is done before it is confirmed, nor where the list has changed meanwhile.
    assert not Task.objects.exists()
    chosen = page.context["chosen"]
    (more,) = meetings(1)
    assert ask(client, chosen=chosen, reason="").status_code == 200
    assert not Task.objects.exists()
    more.delete()
    answer = ask(client, chosen=chosen, reason="Checked")
    task = Task.objects.get()
    assert answer.headers["Location"] == reverse("admin:tasks_task_change", args=[task.pk])
    assert states() == ["draft"] * 5

    task = run(stopping=StopsAtOnce())
    assert (task.state, task.done, task.total) == (TaskState.WAITING, 2, 5)
    assert states() == ["published"] * 2 + ["draft"] * 3
    task = run()
    assert (task.state, task.done, task.report) == (TaskState.DONE, 5, "Published: 5.")
    assert states() == ["published"] * 5
    assert client.get(f"/api/v1/meetings/{made[4].slug}").status_code == 200
    last = versions.Revision.objects.filter(collection="events", record_id=made[4].pk).latest("pk")
    assert (last.action, last.by, last.reason) == (RevisionAction.PUBLISHED, User.objects.get(username="editor"), "Checked")


@pytest.mark.usefixtures("few")
def test_what_refuses_is_left_out_and_told_and_the_others_go_on() -> None:
    good, other = meetings(2)
    unproved, shows, changed = MeetingFactory(), cited(MeetingFactory()), meetings(1)[0]
    public = published(cited(MeetingFactory()))
    client = signed_in("Editor")
    task = decide(client)
    changed.name = "Renamed"
    changed.save()
    versions.keep(Event, [changed.pk], by=None, action=RevisionAction.CHANGED)
    task = run()
    assert task.state == TaskState.DONE
    lines = task.report.splitlines()
    # One was public already, as it was to be.
    assert lines[:2] == ["Published: 3.", "Skipped: 3."]
    told = dict(line.split(": ", 1) for line in lines[2:])
    assert told[f"events/{unproved.slug}"].startswith("No supporting citation:")
    assert told[f"events/{shows.slug}"].startswith("It links to unpublished records that were not selected: sources/")
    assert told[f"events/{changed.slug}"] == "It was changed after this was started."
    assert Source.objects.get(pk=shows.citations.get().source_id).state == "draft"
    published_now = set(Meeting.objects.filter(state="published").values_list("pk", flat=True))
    assert published_now == {good.pk, other.pk, public.pk}


@pytest.mark.usefixtures("few")
def test_who_may_publish_is_asked_again_when_it_runs() -> None:
    meetings(3)
    client = signed_in("Editor")
    decide(client)
    User.objects.get(username="editor").groups.clear()
    assert "no longer has the permission" in run().report
    assert states() == ["draft"] * 3


@pytest.mark.usefixtures("few")
def test_a_curator_publishes_nothing_in_the_background() -> None:
    meetings(3)
    answer = ask(signed_in("Curator"))
    assert "chosen" not in (answer.context or {})
    assert not Task.objects.exists()


@pytest.mark.usefixtures("few")
def test_many_are_retracted_with_a_reason() -> None:
    for one in meetings(3):
        published(one)
    client = signed_in("Editor")
    page = ask(client, "retract")
    assert ask(client, "retract", chosen=page.context["chosen"], reason="").status_code == 200
    assert not Task.objects.exists()
    decide(client, "retract", reason="Invented")
    assert run().report == "Retracted: 3."
    assert states() == ["retracted"] * 3
