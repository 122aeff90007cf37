"""Sheets too large for a request: compared and imported by background tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.desk.editorial.sheets import background
from config.desk.models import Revision, Safeguard, Sheet
from config.record.curation import transitions
from config.record.models import LogEntry
from config.sources.models import Source
from config.tasks import registry, worker
from config.tasks.models import Task, TaskState
from config.tasks.progress import Progress
from tests.desk.sheets import brought, done, url, words
from tests.factories import SourceFactory, published
from tests.people import signed_in
from tests.tasks.running import StopsAtOnce, run

pytestmark = pytest.mark.django_db

EDITED = b"slug,name\nfirst,One\nsecond,Two\nthird,Three\n"


@pytest.fixture
def few_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three changes are too many for a request."""
    monkeypatch.setattr(background, "CHANGES_AT_ONCE", 2)


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines are too many for a request."""
    monkeypatch.setattr(background, "LINES_AT_ONCE", 2)


@pytest.fixture
def sources() -> list[Source]:
    """One published source, one draft, and none with the slug “third”."""
    return [published(SourceFactory(slug="first", name="First")), SourceFactory(slug="second", name="Second")]


def page_of(task: Task) -> str:
    return reverse("admin:tasks_task_change", args=[task.pk])


def names() -> dict[str, str]:
    return dict(Source.objects.order_by("slug").values_list("slug", "name"))


def confirmed(client: Client, content: bytes = EDITED) -> tuple[str, Task]:
    """Upload a sheet and have it imported; return the address of its preview, and the task."""
    preview = brought(client, Source, content, "sources.csv")
    address = preview.request["PATH_INFO"]
    answer = client.post(address, {"reason": "From the list", "import": "Import"})
    task = Task.objects.latest("pk")
    assert answer.headers["Location"] == page_of(task)
    return address, task


def die(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> None:
    """Have the worker die where `name` is called, and what it ran be taken up by others."""

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(where, name, killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert Task.objects.get().state == TaskState.RUNNING
    worker.recover()


UNTOUCHED = {"first": "First", "second": "Second"}
IMPORTED = {"first": "One", "second": "Two", "third": "Three"}


@pytest.mark.usefixtures("sources", "few_changes")
def test_a_sheet_with_many_changes_is_imported_by_a_task() -> None:
    client = signed_in("Editor")
    preview = brought(client, Source, EDITED)
    assert words(preview) == [(2, "changed"), (3, "changed"), (4, "new")]
    assert "A background task" in preview.content.decode()
    address, task = confirmed(client)
    assert names() == UNTOUCHED
    waiting = client.get(page_of(task)).content.decode()
    assert "Waiting: no worker is running." in waiting
    assert address in waiting

    task = run()
    assert (task.state, task.done, task.total) == (TaskState.DONE, 3, 3)
    assert task.report == "sources.csv is imported: 1 new, 2 changed, 0 unchanged."
    assert names() == IMPORTED
    assert not Sheet.objects.filter(name="sources.csv").exists()
    assert client.get("/api/v1/sources/first").json()["name"] == "One"
    kept = Revision.objects.filter(action="imported").order_by("slug").values_list("slug", "by__username", "reason")
    assert list(kept) == [(slug, "editor", "From the list") for slug in IMPORTED]
    shown = client.get(page_of(task)).content.decode()
    assert task.report in shown
    assert f'href="{url(Source, "changelist")}"' in shown
    # The preview is gone, and leads to what became of it.
    assert client.get(address).headers["Location"] == page_of(task)
    assert client.post(address, {"reason": "Again", "import": "Import"}).headers["Location"] == page_of(task)
    assert signed_in("Editor", "other").get(address).status_code == 404


@pytest.mark.usefixtures("sources")
def test_a_small_sheet_is_imported_at_once() -> None:
    client = signed_in("Editor")
    preview = brought(client, Source, EDITED)
    assert "A background task" not in preview.content.decode()
    assert done(client, preview).request["PATH_INFO"] == url(Source, "changelist")
    assert names() == IMPORTED
    assert not Task.objects.exists()


@pytest.mark.usefixtures("sources", "few_lines")
def test_a_long_sheet_is_compared_by_a_task_too() -> None:
    client = signed_in("Editor")
    answer = brought(client, Source, EDITED, "sources.csv")
    compared = Task.objects.get()
    assert answer.request["PATH_INFO"] == page_of(compared)
    address = url(Source, "sheet", Sheet.objects.get().pk)
    assert client.get(address).headers["Location"] == page_of(compared)
    compared = run()
    assert (compared.state, compared.done, compared.total) == (TaskState.DONE, 3, 3)
    assert compared.report == "sources.csv: 0 error, 0 stale, 2 changed, 1 new, 0 unchanged."
    assert f'href="{address}"' in client.get(page_of(compared)).content.decode()
    preview = client.get(address)
    assert words(preview) == [(2, "changed"), (3, "changed"), (4, "new")]

    # Compared again, it is a task again.
    refreshed = client.post(address, {"refresh": "Refresh"})
    task = Task.objects.latest("pk")
    assert task != compared
    assert refreshed.headers["Location"] == page_of(task)
    shown = client.get(address).content.decode()
    assert page_of(task) in shown
    assert 'name="import"' not in shown
    assert client.post(address, {"reason": "Too soon", "import": "Import"}).headers["Location"] == page_of(task)
    assert Task.objects.count() == 2
    run()
    client.post(address, {"reason": "From the list", "import": "Import"})
    assert run().state == TaskState.DONE
    assert names() == IMPORTED


@pytest.mark.usefixtures("sources", "few_lines")
def test_columns_are_checked_before_a_task_compares() -> None:
    answer = brought(signed_in("Editor"), Source, EDITED.replace(b"name", b"nmae"))
    assert "column 2 (“nmae”) is unknown" in answer.context["error"]
    assert not Sheet.objects.exists()
    assert not Task.objects.exists()


@pytest.mark.usefixtures("sources", "few_lines")
def test_a_comparison_that_failed_is_told_and_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no luck")

    client = signed_in("Editor")
    brought(client, Source, EDITED)
    address = url(Source, "sheet", Sheet.objects.get().pk)
    Task.objects.update(max_attempts=1)
    with monkeypatch.context() as patched:
        patched.setattr(background, "compare", fail)
        assert run().state == TaskState.FAILED
    shown = client.get(address)
    assert shown.status_code == 200
    assert "RuntimeError: no luck" in shown.content.decode()
    client.post(address, {"refresh": "Refresh"})
    assert run().state == TaskState.DONE
    assert len(words(client.get(address))) == 3


@pytest.mark.usefixtures("sources", "few_changes")
def test_confirmed_twice_it_is_imported_once() -> None:
    client = signed_in("Editor")
    address, task = confirmed(client)
    for state in (TaskState.WAITING, TaskState.RUNNING):
        Task.objects.update(state=state, started_at=timezone.now())
        again = client.post(address, {"reason": "Twice", "import": "Import"})
        assert again.headers["Location"] == page_of(task)
        assert client.post(address, {"refresh": "Refresh"}).headers["Location"] == page_of(task)
    assert Task.objects.count() == 1
    Task.objects.update(state=TaskState.WAITING)
    assert run().state == TaskState.DONE
    assert Revision.objects.filter(action="imported", reason="From the list").count() == 3


@pytest.mark.usefixtures("sources", "few_changes")
def test_killed_in_the_middle_it_leaves_nothing_and_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed(signed_in("Editor"))
    logged = LogEntry.objects.count()
    die(monkeypatch, transitions, "amend")
    assert names() == UNTOUCHED
    assert not Revision.objects.filter(action="imported").exists()
    assert LogEntry.objects.count() == logged
    assert Sheet.objects.exists()
    task = run()
    assert (task.state, task.attempts) == (TaskState.DONE, 2)
    assert names() == IMPORTED


@pytest.mark.usefixtures("sources", "few_changes")
def test_killed_after_the_commit_it_is_not_imported_again(monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed(signed_in("Editor"))
    die(monkeypatch, registry, "finish")
    assert names() == IMPORTED
    task = run()
    assert (task.state, task.attempts, task.error) == (TaskState.DONE, 2, "")
    assert task.report == "sources.csv is imported: 1 new, 2 changed, 0 unchanged."
    assert Revision.objects.filter(action="imported").count() == 3


@pytest.mark.usefixtures("sources", "few_changes")
def test_a_worker_that_ends_undoes_an_import_and_another_one_does_it() -> None:
    confirmed(signed_in("Editor"))
    task = run(stopping=StopsAtOnce())
    assert (task.state, task.max_attempts) == (TaskState.WAITING, 4)
    assert names() == UNTOUCHED
    assert run().state == TaskState.DONE
    assert names() == IMPORTED


@pytest.mark.usefixtures("sources", "few_changes")
def test_who_lost_the_task_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed(signed_in("Editor"))
    amend = transitions.amend

    def taken_over(*given: Any, **options: Any) -> None:
        amend(*given, **options)
        Task.objects.update(attempts=2)

    monkeypatch.setattr(transitions, "amend", taken_over)
    assert run().state == TaskState.RUNNING
    assert names() == UNTOUCHED
    assert Sheet.objects.exists()


@pytest.mark.usefixtures("sources", "few_changes")
def test_a_record_that_changed_meanwhile_keeps_the_sheet_out() -> None:
    client = signed_in("Editor")
    address, _ = confirmed(client)
    Source.objects.filter(slug="second").update(name="Theirs")
    task = run()
    reported = "Records or your permissions have changed since the preview. Refresh the preview."
    # Not tried again: it would be refused again.
    assert (task.state, task.attempts, task.error) == (TaskState.FAILED, 1, reported)
    assert names() == UNTOUCHED | {"second": "Theirs"}
    shown = client.get(page_of(task)).content.decode()
    assert reported in shown
    assert f'href="{address}"' in shown
    preview = client.get(address)
    assert reported in preview.content.decode()
    refreshed = client.post(address, {"refresh": "Refresh"}, follow=True)
    assert reported not in refreshed.content.decode()
    client.post(address, {"reason": "From the list", "import": "Import"})
    assert run().state == TaskState.DONE
    assert names() == IMPORTED


@pytest.mark.usefixtures("sources", "few_changes")
def test_what_curation_and_safeguards_refuse_is_told() -> None:
    client = signed_in("Editor")
    confirmed(client)
    Safeguard.objects.create(kind="source", note="All")
    task = run()
    assert task.state == TaskState.FAILED
    assert task.error == "These need two editors; propose the change instead: sources/first"
    assert names() == UNTOUCHED


@pytest.mark.usefixtures("sources", "few_changes")
@pytest.mark.parametrize("lost", ["is_active", "is_staff", "groups", "account"])
def test_rights_are_checked_when_it_runs(lost: str) -> None:
    client = signed_in("Editor")
    confirmed(client)
    user = User.objects.get(username="editor")
    if lost == "account":
        user.delete()
    elif lost == "groups":
        user.groups.clear()
    else:
        User.objects.update(**{lost: False})
    task = run()
    gone = "The sheet no longer exists. Upload it again."
    reported = "The user who uploaded this sheet no longer has the permission to import it."
    assert (task.state, task.error) == (TaskState.FAILED, gone if lost == "account" else reported)
    assert names() == UNTOUCHED


@pytest.mark.usefixtures("sources", "few_changes")
def test_who_may_no_longer_publish_changes_no_published_record() -> None:
    client = signed_in("Editor")
    address, _ = confirmed(client)
    User.objects.get(username="editor").groups.set(Group.objects.filter(name="Curator"))
    task = run()
    assert (task.state, task.attempts) == (TaskState.FAILED, 1)
    assert "your permissions have changed" in task.error
    assert names() == UNTOUCHED
    refreshed = client.post(address, {"refresh": "Refresh"}, follow=True)
    assert "The record is published; only editors may change it." in refreshed.content.decode()


@pytest.mark.usefixtures("sources", "few_changes")
def test_errors_and_a_missing_reason_add_no_task() -> None:
    client = signed_in("Editor")
    preview = brought(client, Source, EDITED)
    assert "Enter a reason" in done(client, preview, " ").content.decode()
    refused = done(client, brought(client, Source, EDITED + b"four th,\n"))
    assert "A sheet with errors is not imported" in refused.content.decode()
    assert not Task.objects.exists()


@pytest.mark.usefixtures("sources", "few_changes")
def test_a_sheet_does_not_expire_while_its_task_waits_or_runs() -> None:
    client = signed_in("Editor")
    _, task = confirmed(client)
    brought(client, Source, EDITED, "left.csv")
    long_ago = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    for state in (TaskState.RUNNING, TaskState.WAITING):
        Task.objects.update(state=state, started_at=timezone.now())
        Sheet.objects.update(at=long_ago)
        call_command("prune", verbosity=0)
        brought(client, Source, EDITED, "left.csv")
        assert set(Sheet.objects.values_list("name", flat=True)) == {"sources.csv", "left.csv"}
    Sheet.objects.update(at=long_ago)
    Source.objects.filter(slug="second").update(name="Theirs")
    assert run().state == TaskState.FAILED
    # It is kept for a day after its task was refused.
    kept = Sheet.objects.get(name="sources.csv")
    assert kept.at > timezone.now() - timedelta(minutes=5)
    Sheet.objects.update(at=long_ago)
    call_command("prune", verbosity=0)
    assert not Sheet.objects.exists()
    assert Task.objects.filter(pk=task.pk).exists()


@pytest.mark.usefixtures("sources", "few_lines")
def test_progress_is_told_while_a_sheet_is_compared_and_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[tuple[str, int, int | None]] = []
    monkeypatch.setattr(Progress, "__call__", lambda self, *progress: reported.append(progress))
    client = signed_in("Editor")
    brought(client, Source, EDITED)
    run()
    compared = [("Comparing the lines with the records", number, 3) for number in range(3)]
    assert reported == compared
    reported.clear()
    client.post(url(Source, "sheet", Sheet.objects.get().pk), {"reason": "From the list", "import": "Import"})
    assert run().state == TaskState.DONE
    assert reported == [
        ("Importing the sheet in one transaction", 0, None),
        *compared,
        *(("Writing the records", number, 3) for number in range(3)),
        ("Updating the public documents", 0, None),
        ("Keeping versions", 0, None),
    ]
