"""What two actors have with each other as of a day: each figure counts what the list behind it holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from events.models import Stance
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    ParticipationFactory,
    StanceFactory,
    StatementFactory,
    TopicFactory,
    published,
)

pytestmark = pytest.mark.django_db

DAYS = (
    "0001-01-01",
    "2012-06-29",
    "2012-06-30",
    "2019-10-22",
    "2020-10-14",
    "2020-10-23",
    "2020-10-27",
    "2026-11-27",
    "9999-12-31",
)
PAIRS = (("RUS", "TUR"), ("TUR", "unsmil"), ("sergey-lavrov", "mevlut-cavusoglu"), ("ARM", "AZE"))


def answered(client: Client, path: str) -> Any:
    answer = client.get(path if path.startswith("http") else f"/api/v1/{path}")
    assert answer.status_code == 200, (path, answer.content)
    return answer.json()


def listed(client: Client, url: str) -> list[Any]:
    page = answered(client, f"{url}&limit=200")
    assert page["next"] is None
    found: list[Any] = page["results"]
    return found


def figures(relations: Any) -> list[Any]:
    """Return everything in the answer that counts."""
    several = ("by_kind", "by_year", "stances_of_a_on_b", "stances_of_b_on_a")
    single = [relations[key] for key in ("events", "agreements_in_force", "agreements_ended")]
    return single + [one for key in several for one in relations[key]]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("match", ["", "possible", "certain"])
def test_each_figure_counts_what_its_list_holds(client: Client, match: str) -> None:
    asked = f"&date_match={match}" if match else ""
    for a, b in PAIRS:
        for day in DAYS:
            relations = answered(client, f"relations/{a}/{b}?as_of={day}{asked}")
            assert relations["as_of"] == day
            for one in figures(relations):
                assert len(listed(client, one["url"])) == one["count"], (day, one["url"])
            total = relations["events"]["count"]
            assert sum(one["count"] for one in relations["by_kind"]) == total
            assert sum(one["count"] for one in relations["by_year"]) == total
            both = f"participant={a}&participant={b}&date_before={day}{asked}"
            meetings = listed(client, f"meetings?{both}&held_state=held")
            shown = meetings and {key: meetings[0][key] for key in ("slug", "kind", "name", "start")}
            assert relations["last_meeting"] == (shown or None), day
            for one in relations["shared_targets"]:
                _is_last_of_both(client, a, b, one)


def _is_last_of_both(client: Client, a: str, b: str, shared: Any) -> None:
    """Check the positions of something on which both have taken a stance against the list behind it."""
    query = dict(parse_qsl(urlsplit(shared["url"]).query))
    until = "".join(f"&{name}={query[name]}" for name in ("date_before", "date_match") if name in query)
    for side, holder in (("a", a), ("b", b)):
        stances = listed(client, f"stances?holder={holder}&about={shared['target']['slug']}{until}&order=-date")
        assert stances[0]["position"] == shared[side]
    assert query["holder"] == f"{a},{b}"


@pytest.mark.usefixtures("sample")
def test_what_the_sample_says_of_days(client: Client) -> None:
    """Which agreements were in force on a day, and that truces which did not hold are so no longer."""
    made = listed(client, "agreements?date_before=2020-03-01")
    in_force = listed(client, "agreements?as_of=2020-03-01")
    assert len(made) == 14
    assert [one["slug"] for one in in_force] == [one["slug"] for one in made]
    truces = ["nk-ceasefire-2020-10-25", "nk-truce-2020-10-17", "nk-ceasefire-2020-10-10"]
    assert [one["slug"] for one in listed(client, "agreements?ended_before=2026-11-27&date_match=certain")] == truces
    assert not {one["slug"] for one in listed(client, "agreements?as_of=2026-11-27")} & {*truces, "cairo-initiative-2020-06-06"}
    for day, truce in (("2020-10-10", truces[2]), ("2020-10-18", truces[1]), ("2020-10-26", truces[0])):
        assert truce in [one["slug"] for one in listed(client, f"agreements?as_of={day}&date_match=certain")]
    resolutions = listed(client, "agreements?type=resolution")
    assert [one["in_force_on"] for one in resolutions] == [one["start"] for one in resolutions]
    votes = {one["slug"]: [act["type"] for act in one["party_actions"]] for one in resolutions}
    assert {slug: (cast.count("vote_for"), cast.count("abstention"), len(cast)) for slug, cast in votes.items()} == {
        "unscr-1970": (15, 0, 15), "unscr-1973": (10, 5, 15), "unscr-2254": (15, 0, 15), "unscr-2259": (15, 0, 15),
        "unscr-2510": (14, 1, 15), "unscr-2542": (13, 2, 15),
    }  # fmt: skip
    # What Turkey and the United States agreed on 17 October 2019 was a pause of 120 hours.
    pause = "us-turkey-joint-statement-2019-pause"
    for day, lasts in (("2019-10-16", False), ("2019-10-17", True), ("2019-10-22", True), ("2019-10-23", False)):
        found = [one["slug"] for one in listed(client, f"provisions?agreement=us-turkey-joint-statement-2019-10-17&as_of={day}")]
        assert found == [pause] * lasts, day


def test_nothing_after_the_day_is_told(client: Client) -> None:
    a, b = published(CountryFactory(slug="AAA")), published(CountryFactory(slug="BBB"))

    def both(event: Any, role: str = "participant") -> Any:
        for actor in (a, b):
            ParticipationFactory(event=event, actor=actor, role=role)
        return published(event)

    both(MeetingFactory(slug="vague", start="2020-10"))
    both(MeetingFactory(slug="later", start="2020-11-05"))
    both(MeetingFactory(slug="planned", start="2020-10-10", held_state="scheduled"))
    both(AgreementFactory(slug="truce", start="2020-10-10", in_force_on="2020-10-10", ended_on="2020-10-26"), "party")
    topic = TopicFactory(slug="topic")
    for day, position in (("2020-10", 1), ("2020-11-05", -2)):
        statement = StatementFactory(start=day)
        for target in ({"target_topic": topic}, {"target_actor": b}):
            StanceFactory(statement=statement, position=position, **target)
        both(statement, "speaker")
    assert Stance.objects.count() == 4

    def reported(day: str, match: str = "possible") -> Any:
        found = answered(client, f"relations/AAA/BBB?as_of={day}&date_match={match}")
        return (
            {one["kind"]: one["count"] for one in found["by_kind"]},
            found["last_meeting"] and found["last_meeting"]["slug"],
            found["agreements_in_force"]["count"],
            found["agreements_ended"]["count"],
            {one["position"]: one["count"] for one in found["stances_of_a_on_b"]},
            [(one["a"], one["b"]) for one in found["shared_targets"]],
        )

    assert reported("2020-09-30") == ({}, None, 0, 0, {}, [])
    assert reported("2020-10-01") == ({"meeting": 1, "statement": 1}, "vague", 0, 0, {1: 1}, [(1, 1), (1, 1)])
    assert reported("2020-10-26")[2:4] == (1, 0)
    assert reported("2020-10-27")[2:4] == (0, 1)
    assert reported("2020-10-30", "certain") == ({"agreement": 1, "meeting": 1}, None, 0, 1, {}, [])
    last = reported("2020-10-31", "certain")
    assert last[:2] == ({"agreement": 1, "meeting": 2, "statement": 1}, "vague")
    assert last[4:] == ({1: 1}, [(1, 1), (1, 1)])
    assert reported("2020-11-04")[4:] == ({1: 1}, [(1, 1), (1, 1)])
    assert reported("2020-11-05") == (
        {"agreement": 1, "meeting": 3, "statement": 2}, "later", 0, 1, {-2: 1, 1: 1}, [(-2, -2), (-2, -2)],
    )  # fmt: skip


def test_only_what_both_have_spoken_of_is_shared(client: Client) -> None:
    """The last stance of each on a target; of two on one day the one that was recorded last."""
    a, b = published(CountryFactory(slug="AAA")), published(CountryFactory(slug="BBB"))
    topics = {slug: TopicFactory(slug=slug) for slug in ("both", "only-a", "only-b")}
    message = (
        ("2020-01-01", a, "both", 2), ("2020-01-03", a, "both", -1), ("2020-01-03", a, "both", 0), ("2020-01-02", b, "both", 1),
        ("2020-01-02", a, "only-a", 1), ("2020-01-02", b, "only-b", 1),
    )  # fmt: skip
    for day, holder, topic, position in message:
        statement = StatementFactory(start=day)
        ParticipationFactory(event=statement, actor=holder, role="speaker")
        StanceFactory(statement=statement, target_topic=topics[topic], position=position)
        published(statement)
    (shared,) = answered(client, "relations/AAA/BBB")["shared_targets"]
    assert (shared["target"]["slug"], shared["a"], shared["b"]) == ("both", 0, 1)
    (other,) = answered(client, "relations/BBB/AAA?as_of=2020-01-02")["shared_targets"]
    assert (other["a"], other["b"]) == (1, 2)
    assert answered(client, "relations/AAA/BBB?as_of=2020-01-01")["shared_targets"] == []
