"""The start page of the desk."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.desk.editorial.checks import inspect_everything
from config.desk.editorial.coverage import LEVELS, Coverage, Topic
from config.record.curation import transitions
from config.record.models import PendingDocument
from events.coverage import coverage
from events.models import Event, Meeting
from tests.desk.pages import address, entered
from tests.factories import MeetingFactory, TopicFactory, published
from tests.people import signed_in

pytestmark = pytest.mark.django_db
START = "/admin/"


def test_it_tells_what_waits(sample: None, curator: Client) -> None:
    MeetingFactory()
    inspect_everything()
    transitions.submit({Event: [MeetingFactory().pk]})
    page = curator.get(START).content.decode()
    assert '<a href="/admin/desk/queue/review/"><strong>1</strong> <span>To review</span>' in page
    assert re.search(r'<a href="/admin/desk/finding/"><strong>\d+</strong> <span>Data checks</span>', page)
    assert '<a href="/admin/desk/finding/?rule=too_few">Missing participants</a>' in page
    assert "Documents being refreshed" not in page


def test_it_tells_how_many_documents_show_an_old_name(editor: Client, curator: Client) -> None:
    for record, cause in ((1, "actors:RUS"), (1, "actors:TUR"), (2, "actors:RUS")):
        PendingDocument.objects.create(collection="events", record_id=record, cause=cause)
    for client in (editor, curator):
        page = client.get(START).content.decode()
        assert re.search(r'<a href="/admin/[^"]*"><strong>2</strong> <span>Documents being refreshed</span>', page)


def test_it_tells_what_was_published_this_week_and_by_whom(sample: None, editor: Client) -> None:
    call = Meeting.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    url = address(call)
    with time_machine.travel("2120-01-01", tick=False):
        client = Client()
        client.force_login(User.objects.get(username="editor"))
        assert "No publications in the last seven days." in client.get(START).content.decode()
        assert (
            client.post(url, entered(client, url) | {"reason": "Shorter & better.", "description": "Short."}).status_code == 302
        )
        page = client.get(START).content.decode()
        assert "meeting, changed by editor" in page
        assert "Shorter &amp; better." in page
        assert 'href="/admin/record/events/called/lavrov-cavusoglu-call-2020-10-27/"' in page
        published(MeetingFactory(name="New"))
        assert re.search(r'New: <a href="/admin/sources/source/">1 source</a>.*1 meeting</a>', client.get(START).content.decode())


def test_it_tells_what_colleagues_did(sample: None, editor: Client, curator: Client) -> None:
    call = Meeting.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    url = address(call)
    editor.post(url, entered(editor, url) | {"reason": "Why", "description": "Short."})
    reported = [client.get(START).content.decode().partition('id="start-colleagues"')[2] for client in (curator, editor)]
    assert [f'<a href="{url}">{call.name}</a>' in text for text in reported] == [True, False]
    assert "meeting, changed by editor" in reported[0]


def test_it_draws_what_the_record_covers(sample: None, editor: Client) -> None:
    found = coverage()
    assert found is not None
    last = Event.objects.public().order_by("-start_earliest").first().start_earliest
    assert found.months[-1] == last.replace(day=1)
    libya = next(topic for topic in found.topics if topic.name == "Libya")
    there = Event.objects.public().filter(topics__name="Libya", start_earliest__gte=found.months[0])
    assert sum(libya.counts) == there.count()
    assert libya.counts[-1] == there.filter(start_earliest__gte=found.months[-1]).count()
    page = editor.get(START).content.decode()
    assert f"Libya, {found.months[-1]:%B %Y}: {libya.counts[-1]}" in page
    assert "Table by year" in page
    assert "style=" not in page.split('class="coverage"')[1].split("</section>")[0]


def test_a_topic_name_is_text_in_the_picture(editor: Client) -> None:
    meeting = MeetingFactory()
    meeting.event_topics.create(topic=TopicFactory(name="<script>alert(1)</script>"))
    published(meeting)
    published(MeetingFactory(name="Alone"))
    page = editor.get(START).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;, October 2020: 1" in page
    assert "No topic, October 2020: 1" in page


@pytest.mark.parametrize("counts", [[1], [1, 2], [0, 3, 70, 900], [5, 5]])
def test_more_is_never_drawn_lighter(counts: list[int]) -> None:
    picture = Coverage([date(2020, 1, 1)] * len(counts), [Topic("Topic", "", counts)])
    levels = [picture.level(count) for count in sorted(counts) if count]
    assert levels == sorted(levels)
    assert levels[-1] == LEVELS
    assert {level for level, _ in picture.legend} >= set(levels)


def test_it_opens_without_a_record_and_for_whoever_sees_none() -> None:
    page = signed_in("staff").get(START).content.decode()
    assert "Coverage" not in page
    assert "Pending" not in page
    page = signed_in("superuser").get(START).content.decode()
    assert "Coverage" not in page
    assert "No publications" in page


def test_it_takes_as_many_queries_for_much_as_for_little(sample: None, editor: Client) -> None:
    counts = []
    for more in (1, 15):
        for _ in range(more):
            meeting = MeetingFactory()
            meeting.event_topics.create(topic=TopicFactory())
            published(meeting)
        inspect_everything()
        with CaptureQueriesContext(connection) as queries:
            editor.get(reverse("admin:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30
