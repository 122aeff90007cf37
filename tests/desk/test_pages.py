"""The admin as curators and editors use it."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Country, Official
from config.record.models import LogEntry
from events.models import Agreement, Meeting, Provision
from tests.desk.pages import address, entered
from tests.factories import MeetingFactory, OfficialFactory

pytestmark = pytest.mark.django_db


def test_every_page_opens(sample: None, superuser: Client) -> None:
    request = superuser.get("/admin/").wsgi_request
    for model, page in site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert superuser.get(reverse(f"{name}_changelist")).status_code == 200, name
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            assert superuser.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name
        if page.has_add_permission(request):
            assert superuser.get(reverse(f"{name}_add")).status_code == 200, name


def test_lists_take_as_many_queries_for_one_row_as_for_fifty(editor: Client) -> None:
    for factory in (MeetingFactory, OfficialFactory):
        counts = []
        for more in (1, 49):
            for _ in range(more):
                row = factory(country=Country.objects.order_by("pk").first())
            url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
            with CaptureQueriesContext(connection) as queries:
                assert editor.get(url).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1], factory


def test_search_and_autocomplete_find_names_without_their_accents(sample: None, editor: Client) -> None:
    found = editor.get(reverse("admin:actors_official_changelist") + "?q=cavusoglu").content.decode()
    assert "Mevlüt Çavuşoğlu" in found
    asked = {"term": "cavusoglu", "app_label": "events", "model_name": "participation", "field_name": "actor"}
    answer = editor.get(reverse("admin:autocomplete"), asked).json()
    assert [one["text"] for one in answer["results"]] == ["Mevlüt Çavuşoğlu"]


def test_a_published_record_is_changed_with_a_reason_that_the_feed_tells(sample: None, editor: Client) -> None:
    lavrov = Official.objects.get(slug="sergey-lavrov")
    url = address(lavrov)
    data = entered(editor, url) | {"description": "Foreign minister since 2004."}
    before = LogEntry.objects.count()

    refused = editor.post(url, data)
    assert "Enter the reason for changing this published record." in refused.content.decode()
    assert LogEntry.objects.count() == before

    assert editor.post(url, data | {"reason": "Shorter."}).status_code == 302
    last = LogEntry.objects.order_by("-sequence").first()
    assert (last.slug, last.operation, last.reason) == ("sergey-lavrov", "updated", "Shorter.")
    assert editor.get("/api/v1/officials/sergey-lavrov").json()["description"] == "Foreign minister since 2004."


def test_a_published_record_that_would_lose_its_proof_stays_as_it_was(sample: None, editor: Client) -> None:
    lavrov = Official.objects.get(slug="sergey-lavrov")
    url = address(lavrov)
    data = entered(editor, url) | {"reason": "Try.", "description": "Unproved"}
    for name in list(data):
        if re.fullmatch(r"citations-\d+-id", name):
            data[name.replace("-id", "-DELETE")] = "on"
    refused = editor.post(url, data)
    assert "No supporting citation" in refused.content.decode()
    lavrov.refresh_from_db()
    assert lavrov.description != "Unproved"
    assert lavrov.citations.exists()


def test_a_rule_of_the_table_is_told_at_the_form(sample: None, editor: Client) -> None:
    draft = MeetingFactory(slug="draft")
    url = address(draft)
    refused = editor.post(url, entered(editor, url) | {"end": "2019"})
    assert "The end lies before the start." in refused.content.decode()
    refused = editor.post(url, entered(editor, url) | {"start": "soon"})
    assert "is not a date in EDTF" in refused.content.decode()


def test_what_was_public_cannot_be_deleted(sample: None, editor: Client) -> None:
    call = Meeting.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    assert editor.post(reverse("admin:events_meeting_delete", args=[call.pk]), {"post": "yes"}).status_code == 403
    draft = MeetingFactory(slug="draft")
    assert editor.post(reverse("admin:events_meeting_delete", args=[draft.pk]), {"post": "yes"}).status_code == 302
    assert not Meeting.objects.filter(slug="draft").exists()


def test_a_provision_is_added_and_removed_within_its_agreement(sample: None, editor: Client) -> None:
    agreement = Agreement.objects.get(slug="unscr-2254")
    url = address(agreement)
    data = entered(editor, url) | {
        "reason": "Article 1", "provisions-TOTAL_FORMS": "1", "provisions-0-order": "1", "provisions-0-text": "Talks begin.",
        "provisions-0-category": "political_process", "provisions-0-due_kind": "none", "provisions-0-lasts_until_kind": "none",
    }  # fmt: skip
    answer = editor.post(url, data)
    assert answer.status_code == 302, answer.context["errors"]
    provision = Provision.objects.get(agreement=agreement)
    assert (provision.slug, provision.state) == ("unscr-2254-provision-1", "published")
    assert editor.get("/api/v1/provisions/unscr-2254-provision-1").json()["text"] == "Talks begin."

    data = entered(editor, url) | {"reason": "Not so", "provisions-0-DELETE": "on"}
    assert editor.post(url, data).status_code == 302
    assert editor.get("/api/v1/provisions/unscr-2254-provision-1").status_code == 410
    assert editor.get("/api/v1/agreements/unscr-2254").json()["provisions"] == []
    gone = LogEntry.objects.filter(slug="unscr-2254-provision-1").order_by("-sequence").first()
    assert (gone.operation, gone.reason) == ("retracted", "Not so")
