"""The reader of the news report that the record starts from, and what he asks, with public parameters only."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

CALL = "lavrov-cavusoglu-call-2020-10-27"
JOINT = "lavrov-cavusoglu-joint-statement-2020-10-27"
CEASEFIRE = "libya-ceasefire-2020-10-23"
REPORT = "libya-report-2020-10"


class Reader:
    """Somebody with nothing but the API."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, (path, answer.content)
        return answer.json()

    def list(self, path: str) -> list[Any]:
        """Return all pages of a list."""
        page = self.get(path)
        results = page["results"]
        while page["next"]:
            page = self.client.get(page["next"].removeprefix("http://testserver")).json()
            results += page["results"]
        return results

    def slugs(self, path: str) -> list[str]:
        return [one["slug"] for one in self.list(path)]


@pytest.fixture
def reader(sample: None, client: Client) -> Reader:
    return Reader(client)


def test_the_reader_of_the_report_gets_his_answers(reader: Reader) -> None:
    _what_russia_and_turkey_did_together_that_october(reader)
    _who_took_part_for_whom_in_which_office(reader)
    _what_it_was_about_and_who_says_so(reader)
    _what_was_agreed_in_geneva_and_by_whom(reader)
    _what_falls_due_what_lasts_and_what_is_overdue(reader)
    _who_doubts_the_ceasefire_and_who_supports_it(reader)
    _what_the_ministers_said_jointly(reader)
    _what_ankara_announced(reader)
    _who_held_which_office_that_day(reader)
    _when_gaddafi_died(reader)
    _the_timeline_of_libya(reader)
    _what_the_report_says_that_others_deny(reader)
    _the_same_person_in_three_spellings(reader)


def _what_russia_and_turkey_did_together_that_october(reader: Reader) -> None:
    together = "events?participant=RUS&participant=TUR&date_after=2020-10-01&date_before=2020-10-31"
    assert reader.slugs(together) == [JOINT, CALL, "putin-erdogan-call-2020-10-14"]


def _who_took_part_for_whom_in_which_office(reader: Reader) -> None:
    call = reader.get(f"meetings/{CALL}")
    assert (call["mode"], call["start"]) == ("phone_call", "2020-10-27")
    part = {one["actor"]["name"]: (one["on_behalf_of"]["slug"], one["capacity"]["name"]) for one in call["participations"]}
    assert part == {
        "Sergey Lavrov": ("RUS", "Minister of Foreign Affairs of Russia"),
        "Mevlüt Çavuşoğlu": ("TUR", "Minister of Foreign Affairs of Turkey"),
    }
    assert CALL in reader.slugs("meetings?participant=TUR&participant_rank=foreign_minister&mode=phone_call")


def _what_it_was_about_and_who_says_so(reader: Reader) -> None:
    call = reader.get(f"events/{CALL}")
    assert {topic["slug"] for topic in call["topics"]} == {"libya", "syria", "nagorno-karabakh"}
    cited = [one for one in call["citations"] if one["source"]["slug"] == REPORT]
    assert any("telephone" in (one["quote"] or "").lower() or "phone" in (one["quote"] or "").lower() for one in cited)
    dated = [one for one in cited if one["field"] == "start"]
    assert [(one["is_inferred"], bool(one["note"])) for one in dated] == [(True, True)]
    assert reader.get(f"sources/{REPORT}")["publisher"] is None
    assert CALL in reader.slugs(f"events?source={REPORT}&cited_field=start")


def _what_was_agreed_in_geneva_and_by_whom(reader: Reader) -> None:
    assert CEASEFIRE in reader.slugs("agreements?q=geneva&type=ceasefire")
    agreement = reader.get(f"agreements/{CEASEFIRE}")
    assert agreement["place"]["name"] == "Geneva"
    assert len([one for one in agreement["participations"] if one["role"] in ("party", "signatory")]) >= 2
    texts = " ".join(one["text"].lower() for one in agreement["provisions"])
    assert "ceasefire" in texts
    assert "foreign" in texts


def _what_falls_due_what_lasts_and_what_is_overdue(reader: Reader) -> None:
    leave = "libya-ceasefire-2020-foreign-forces-leave"
    (due,) = [one for one in reader.list(f"provisions?agreement={CEASEFIRE}&due_before=2021-02-01") if one["slug"] == leave]
    assert (due["due"]["kind"], due["due"]["offset"], due["due"]["latest"]) == ("relative", "P3M", "2021-01-23")
    lasting = reader.list(f"provisions?agreement={CEASEFIRE}&lasts_until_kind=conditional")
    assert lasting
    assert all(one["lasts_until"]["condition"] for one in lasting)
    assert reader.slugs("provisions?overdue=true&as_of=2021-02-01") == [leave]
    assert reader.slugs("provisions?overdue=true&as_of=2020-12-01") == []


def _who_doubts_the_ceasefire_and_who_supports_it(reader: Reader) -> None:
    def holders(positions: str) -> set[str]:
        stances = reader.list(f"stances?about={CEASEFIRE}&position={quote(positions)}")
        return {holder["slug"] for stance in stances for holder in stance["holders"]}

    assert "TUR" in holders("-2,-1")
    assert "RUS" in holders("1,2")
    assert not holders("-2,-1") & holders("1,2")


def _what_the_ministers_said_jointly(reader: Reader) -> None:
    both = "statements?participant=sergey-lavrov&participant=mevlut-cavusoglu&participant_role=speaker"
    (message,) = reader.list(both)
    assert message["slug"] == JOINT
    assert {(one["type"], one["object"]["slug"]) for one in message["relations"]} >= {
        ("refers_to", "berlin-conference-libya-2020"), ("made_at", CALL),
    }  # fmt: skip


def _what_ankara_announced(reader: Reader) -> None:
    announced = "statements?participant=TUR&participant_role=speaker&topic=libya&q=training&date_after=2020-10-23"
    assert reader.slugs(announced) == ["turkey-announces-gna-training-2020-10"]


def _who_held_which_office_that_day(reader: Reader) -> None:
    president = reader.list("tenures?body=TUR&rank=head_of_state&as_of=2020-10-27")
    assert [one["official"]["name"] for one in president] == ["Recep Tayyip Erdoğan"]
    (army,) = [one["slug"] for one in reader.list("organizations?q=libyan+national+army") if "Army" in one["name"]]
    led = reader.list(f"tenures?body={army}&as_of=2020-10-27")
    assert [one["official"]["name"] for one in led] == ["Khalifa Haftar"]


def _when_gaddafi_died(reader: Reader) -> None:
    (gaddafi,) = [one for one in reader.list("officials?q=gaddafi") if one["died"]]
    assert gaddafi["died"] == "2011-10-20"


def _the_timeline_of_libya(reader: Reader) -> None:
    timeline = reader.list("events?topic=libya&order=start&limit=10")
    days = [one["start_earliest"] for one in timeline]
    assert len(timeline) > 20
    assert days == sorted(days)
    assert all(any(cited["role"] == "supports" for cited in one["citations"]) for one in timeline)


def _what_the_report_says_that_others_deny(reader: Reader) -> None:
    gna = [one for one in reader.list("organizations?q=government+of+national+accord") if one["citations"]]
    roles = {cited["role"] for one in gna for cited in one["citations"]}
    assert {"supports", "contradicts"} <= roles


def _the_same_person_in_three_spellings(reader: Reader) -> None:
    for spelling in ("Cavusoglu", "Çavuşoğlu", "Чавушоглу"):
        assert reader.slugs(f"officials?q={quote(spelling)}") == ["mevlut-cavusoglu"], spelling
        assert "mevlut-cavusoglu" in reader.slugs(f"search?q={quote(spelling)}&collection=actors")
