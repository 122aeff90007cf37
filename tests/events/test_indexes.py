"""Lists of what an actor took part in, and of what has some words, follow every change of the record."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client

from actors.models import Actor, Country, Official
from config.record.curation import transitions
from config.record.curation.consistency import findings
from config.record.curation.merging import merge
from config.record.documents import writer
from config.record.models import IndexCount
from config.sources.models import Source
from events.indexes import EVENT_ACTORS, EVENT_TOPICS, EVENT_WORDS, STANCE_HOLDERS
from events.models import (
    Event,
    EventActorIndex,
    EventCitation,
    EventSearchIndex,
    EventTopicIndex,
    Participation,
    Stance,
    StanceHolderIndex,
    Topic,
)
from tests.factories import TopicFactory, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

FILLING = ("0003_country_and_topic_index", "0005_index_counts", "0007_stance_targets")
CALL = "lavrov-cavusoglu-call-2020-10-27"


def _slugs(client: Client, **query: Any) -> list[str]:
    return [one["slug"] for one in client.get("/api/v1/events", query).json()["results"]]


def _wrong() -> set[int]:
    events = list(Event.objects.values_list("pk", flat=True))
    return (
        EVENT_ACTORS.wrong(events)
        | EVENT_TOPICS.wrong(events)
        | EVENT_WORDS.wrong(events)
        | STANCE_HOLDERS.wrong(list(Stance.objects.values_list("pk", flat=True)))
    )


def test_the_sample_is_indexed() -> None:
    assert _wrong() == set()
    assert EventActorIndex.objects.count() > Event.objects.count()
    assert StanceHolderIndex.objects.exists()


def test_migrations_fill_the_index_tables() -> None:
    """What the tables hold on a database that was there before them is what is written with each change."""
    steps = [import_module(f"events.migrations.{name}") for name in FILLING]
    EventTopicIndex.objects.all().delete()
    IndexCount.objects.all().delete()
    EventActorIndex.objects.update(country=None)
    StanceHolderIndex.objects.update(target=0)
    Topic.objects.update(indexed_parent=None)
    assert _wrong()
    with connection.cursor() as cursor:
        for statement in (*steps[0]._FILL, *steps[1]._COUNTED, steps[2]._FILL):
            cursor.execute(statement)
    assert _wrong() == set()
    assert list(findings()) == []
    assert not Topic.objects.exclude(parent=None).exclude(indexed_parent=F("parent")).exists()
    assert Topic.objects.exclude(parent=None).exists()


def test_drafts_do_not_appear(client: Client) -> None:
    draft = Event.objects.create(kind="action", slug="a-draft", name="A draft", start="2020-10-27", action_type="aid")
    by = Event.objects.get(slug=CALL).participations.first()
    assert by
    Participation.objects.create(event=draft, actor=by.actor, role="agent")
    documents_before = _slugs(client, participant=by.actor.slug, limit=200)
    assert "a-draft" not in documents_before
    assert not draft.actor_index.exists()


def test_a_moved_event_moves_in_the_lists_of_those_who_took_part(client: Client) -> None:
    call = Event.objects.get(slug=CALL)
    call.start = "2019"
    call.save()
    transitions.amend({Event: [call.pk]}, reason="Moved")
    assert _wrong() == set()
    assert CALL in _slugs(client, participant="sergey-lavrov", date_after="2019-12-31", date_before="2019-12-31")
    assert CALL not in _slugs(client, participant="sergey-lavrov", date_after="2020-01-01", date_before="2020-12-31")
    assert {row.spread for row in call.actor_index.all()} == {2}


def test_a_retracted_event_leaves_the_lists(client: Client) -> None:
    # Nothing shows this one.
    retracted = next(one for one in Event.objects.order_by("slug") if not writer.showing(Event, [one.pk])[Event])
    actor = retracted.actor_index.first()
    assert actor
    slug = actor.actor.slug
    assert retracted.slug in _slugs(client, participant=slug, limit=200)
    transitions.retract({Event: [retracted.pk]}, reason="Wrong")
    assert retracted.slug not in _slugs(client, participant=slug, limit=200)
    assert not retracted.actor_index.exists()
    transitions.restore({Event: [retracted.pk]}, reason="Right after all")
    assert retracted.slug in _slugs(client, participant=slug, limit=200)
    assert _wrong() == set()


def test_what_a_merged_actor_took_part_in_is_the_other_ones(client: Client) -> None:
    lavrov, other = (Participation.objects.filter(actor__slug=slug)[0].actor for slug in ("sergey-lavrov", "mevlut-cavusoglu"))
    merge(type(lavrov), loser=other.pk, winner=lavrov.pk, reason="Only for this test")
    assert _wrong() == set()
    assert CALL in _slugs(client, participant="mevlut-cavusoglu", limit=200)


def test_an_actor_of_another_country_takes_part_for_that_one(client: Client) -> None:
    lavrov = Official.objects.get(slug="sergey-lavrov")
    of_syria = {*_slugs(client, participant_country="SYR", limit=200)}
    own = {*_slugs(client, participant="sergey-lavrov", limit=200)}
    assert own - of_syria
    lavrov.country = Country.objects.get(slug="SYR")
    lavrov.save()
    transitions.amend({Actor: [lavrov.pk]}, reason="Naturalized")
    assert _wrong() == set()
    assert {*_slugs(client, participant_country="SYR", limit=200)} == of_syria | own
    lavrov.country = None
    lavrov.save()
    transitions.amend({Actor: [lavrov.pk]}, reason="Stateless")
    assert _wrong() == set()
    assert {*_slugs(client, participant_country="SYR", limit=200)} == of_syria


def test_what_a_merged_country_took_part_in_is_the_other_ones(client: Client) -> None:
    russia, turkey = (Country.objects.get(slug=slug) for slug in ("RUS", "TUR"))
    of_both = {slug for one in ("RUS", "TUR") for slug in _slugs(client, participant_country=one, limit=200)}
    merge(Actor, loser=turkey.pk, winner=russia.pk, reason="Only for this test")
    assert _wrong() == set()
    assert {*_slugs(client, participant_country="RUS", limit=200)} == of_both


def test_events_follow_a_topic_that_moves(client: Client) -> None:
    topic = next(one for one in Topic.objects.order_by("slug") if one.parent and one.event_topics.exists())
    old, new = topic.parent, published(TopicFactory(slug="another-topic"))
    assert old
    about, wider = ({*_slugs(client, topic=slug, limit=200)} for slug in (topic.slug, old.slug))
    assert about
    assert about <= wider
    topic.parent = new
    topic.save()
    transitions.amend({Topic: [topic.pk]}, reason="Moved")
    assert _wrong() == set()
    assert {*_slugs(client, topic=new.slug, limit=200)} == about
    topic.parent = None
    topic.save()
    transitions.amend({Topic: [topic.pk]}, reason="Moved to the top")
    assert _wrong() == set()
    assert _slugs(client, topic=new.slug) == []
    assert {*_slugs(client, topic=topic.slug, limit=200)} == about


def test_a_circle_of_topics_ends(client: Client) -> None:
    topic = next(one for one in Topic.objects.order_by("slug") if one.parent and one.event_topics.exists())
    parent = topic.parent
    assert parent
    parent.parent = topic
    parent.save()
    transitions.amend({Topic: [parent.pk]}, reason="By mistake")
    assert _wrong() == set()
    assert {*_slugs(client, topic=topic.slug, limit=200)} == {*_slugs(client, topic=parent.slug, limit=200)}


def test_topics_of_a_retracted_event_are_forgotten() -> None:
    retracted = next(
        one for one in Event.objects.order_by("slug") if one.topic_index.exists() and not writer.showing(Event, [one.pk])[Event]
    )
    transitions.retract({Event: [retracted.pk]}, reason="Wrong")
    assert not retracted.topic_index.exists()
    transitions.restore({Event: [retracted.pk]}, reason="Right after all")
    assert retracted.topic_index.exists()
    assert _wrong() == set()


def test_a_check_finds_topics_that_are_wrong() -> None:
    EventTopicIndex.objects.filter(event__slug=CALL).delete()
    assert list(findings()) == [
        f"events/{CALL}: the index of its topics is not what the record says",
        "events: the counts of the index of topics are not those of its rows",
    ]


def test_a_check_finds_a_country_that_is_wrong() -> None:
    EventActorIndex.objects.filter(event__slug=CALL).update(country=None)
    assert list(findings()) == [
        f"events/{CALL}: the index of its actors is not what the record says",
        "events: the counts of the index of actors are not those of its rows",
    ]


def test_a_check_finds_counts_that_are_wrong() -> None:
    IndexCount.objects.filter(index_table="events_eventtopicindex").delete()
    IndexCount.objects.filter(index_table="events_stanceholderindex", value=0).update(number=1)
    assert sorted(findings()) == [
        "events: the counts of the index of topics are not those of its rows",
        "stances: the counts of the index of actors are not those of its rows",
    ]


def test_counts_follow_what_is_published_and_retracted(client: Client) -> None:
    def counted() -> Any:
        return client.get("/api/v1/events/counts", {"by": "participant"}).json()

    before = counted()
    retracted = next(
        one for one in Event.objects.order_by("slug") if one.actor_index.exists() and not writer.showing(Event, [one.pk])[Event]
    )
    actors = {row.actor.slug for row in retracted.actor_index.select_related("actor")}
    transitions.retract({Event: [retracted.pk]}, reason="Wrong")
    after = counted()
    less = {one["participant"]: one["count"] - (one["participant"] in actors) for one in before["groups"]}
    assert {one["participant"]: one["count"] for one in after["groups"]} == {slug: count for slug, count in less.items() if count}
    assert after["total"] == before["total"] - 1
    assert list(findings()) == []
    transitions.restore({Event: [retracted.pk]}, reason="Right after all")
    assert counted() == before
    assert list(findings()) == []


def test_a_check_finds_an_index_that_is_wrong() -> None:
    assert list(findings()) == []
    EventActorIndex.objects.filter(event__slug=CALL).update(start_earliest="1999-01-01")
    assert list(findings()) == [f"events/{CALL}: the index of its actors is not what the record says"]


def test_words_follow_the_event_that_they_stand_in(client: Client) -> None:
    call = Event.objects.get(slug=CALL)
    call.name, call.start = "A conversation named zyzzyva", "1855"
    call.save()
    assert _slugs(client, q="zyzzyva") == []
    transitions.amend({Event: [call.pk]}, reason="Renamed and moved")
    assert call.search_index.start_earliest.year == 1855
    assert _slugs(client, q="zyzzyva") == _slugs(client, q="zyzz*", year=1855) == [CALL]
    assert _slugs(client, q="zyzzyva", date_after="1855-12-31", date_before="1855-12-31") == [CALL]
    assert _slugs(client, q="zyzzyva", date_after="1856-01-01") == _slugs(client, q="zyzzyva", year=2020) == []
    assert _wrong() == set()


def test_what_is_not_published_has_no_words(client: Client) -> None:
    retracted = next(one for one in Event.objects.order_by("slug") if not writer.showing(Event, [one.pk])[Event])
    assert not EventSearchIndex.objects.exclude(event__state="published").exists()
    transitions.retract({Event: [retracted.pk]}, reason="Wrong")
    assert not EventSearchIndex.objects.filter(event=retracted).exists()
    transitions.restore({Event: [retracted.pk]}, reason="Right after all")
    assert EventSearchIndex.objects.get(event=retracted).search_text == Event.objects.get(pk=retracted.pk).search_text != ""


def test_words_of_a_merged_actor_are_the_other_ones(client: Client) -> None:
    lavrov, other = (Participation.objects.filter(actor__slug=slug)[0].actor for slug in ("sergey-lavrov", "mevlut-cavusoglu"))
    assert CALL in _slugs(client, q="cavusoglu", limit=200)
    merge(type(lavrov), loser=other.pk, winner=lavrov.pk, reason="Only for this test")
    assert _wrong() == set()


@pytest.mark.parametrize("order", ["start", "-start"])
def test_pages_of_words_pass_all_shelves(client: Client, order: str) -> None:
    days = ("0900", "1799", "1855-03", "1912", "1989-11-09", "2001", "2020-10-27", "2020-10-28", "2041", "2300")
    events = [
        Event.objects.create(kind="action", slug=f"bucketed-{n}", name=f"Xylophone {n}", start=day, end=day, action_type="aid")
        for n, day in enumerate(days)
    ]
    source = Source.objects.filter(state="published")[0]
    EventCitation.objects.bulk_create(EventCitation(record=event, source=source, role="supports") for event in events)
    transitions.publish({Event: [event.pk for event in events]}, reason="For this test")
    wanted = [event.slug for event in events] if order == "start" else [event.slug for event in reversed(events)]
    url, found = f"/api/v1/actions?q=xylophone&limit=3&order={order}", []
    while url:
        page = client.get(url).json()
        found += [one["slug"] for one in page["results"]]
        url, back = page["next"], page["previous"]
    assert found == wanted
    assert [one["slug"] for one in client.get(back).json()["results"]] == wanted[6:9]


def test_a_check_finds_words_that_are_wrong() -> None:
    EventSearchIndex.objects.filter(event__slug=CALL).update(search_text="other")
    assert list(findings()) == [f"events/{CALL}: the index of its words is not what the record says"]


@pytest.mark.parametrize("more", [{"date_before": "2020-11-30"}, {"date_before": "2021-11-30"}, {}])
def test_a_year_beside_days_is_still_that_year(client: Client, more: dict[str, str]) -> None:
    asked = {"year": "2020", "date_after": "2010-01-01", "limit": 200, **more}
    wanted = [slug for slug in _slugs(client, **asked) if slug in _slugs(client, participant="RUS", limit=200)]
    assert wanted
    assert _slugs(client, participant="RUS", **asked) == wanted
