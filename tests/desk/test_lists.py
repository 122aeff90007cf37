"""Lists of the desk: found, counted and named in as much work for many rows as for one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, User
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.desk.editorial import checks
from config.desk.models import AuditEntry
from config.desk.pages import lists
from config.record.models import LogEntry, Transition
from events.models import Event
from tests import factories
from tests.desk.pages import entered
from tests.desk.rows import draft
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def of(model: Any, query: str = "") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + query


# Names are taken once, and people have roles by name.
MODELS = [model for model in site._registry if model not in (User, Group)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model._meta.label_lower))
def test_every_list_takes_as_many_queries_for_fifty_as_for_one(model: Any) -> None:
    client = signed_in("superuser")
    counts: dict[str, list[int]] = {"": [], f"?q={model.__name__.lower()}": []}
    # Steps and entries of the log come by publishing, one for each record.
    make = (lambda: factories.published(factories.SourceFactory())) if model in (LogEntry, Transition) else lambda: draft(model)
    for more in (1, 49):
        for _ in range(more):
            make()
        for query, counted in counts.items():
            client.get(of(model, query))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(of(model, query)).status_code == 200
            counted.append(len(queries))
    assert all(one == fifty for one, fifty in counts.values()), counts


def test_the_filters_of_a_list_ask_no_rows_which_there_are() -> None:
    client = signed_in("superuser")
    for model in (LogEntry, Transition, AuditEntry):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(of(model)).content.decode()
        assert not [one["sql"] for one in queries if 'SELECT DISTINCT "' in one["sql"]], model
        assert "Meeting" in page if model is AuditEntry else "?collection=events" in page
    factories.published(factories.SourceFactory(slug="report"))
    assert "report" in client.get(of(LogEntry, "?collection=sources")).content.decode()
    assert "report" not in client.get(of(LogEntry, "?collection=events")).content.decode()


def test_a_long_list_is_counted_to_a_point(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        factories.MeetingFactory()
    rows = Event.objects.order_by("pk")
    for most, message, pages in ((4, "4", 2), (3, "3+", 2), (2, "2+", 1)):
        monkeypatch.setattr(lists, "COUNTED", most)
        with CaptureQueriesContext(connection) as queries:
            paginator: Paginator[Any] = lists.BoundedPaginator(rows, 2)
            assert (str(paginator.count), paginator.num_pages) == (message, pages)
        assert f"LIMIT {most + 1}" in queries[0]["sql"]
    assert "2+ meetings" in signed_in("superuser").get("/admin/events/meeting/").content.decode()
    assert str(lists.AtLeast(10_000)) == "10,000+"


def test_the_hidden_token_of_a_form_is_nobodys_change() -> None:
    client = signed_in("Editor")
    meeting = factories.MeetingFactory()
    url = reverse("admin:events_meeting_change", args=[meeting.pk])
    client.post(url, entered(client, url) | {"description": "Short."})
    assert AuditEntry.objects.get(action="changed").detail == "Changed Description."


def test_the_queue_of_findings_names_the_records() -> None:
    meeting = factories.MeetingFactory(name="A call")
    checks.inspect({Event: [meeting.pk]})
    page = signed_in("Editor").get(reverse("admin:desk_finding_changelist")).content.decode()
    assert f"A call ({meeting.slug})" in page
