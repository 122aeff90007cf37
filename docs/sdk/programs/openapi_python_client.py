"""What a user of openapi-python-client writes: `python program.py http://127.0.0.1:8000`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from chancery import Client
from chancery.api.meetings import count_meetings, export_meetings, get_meeting, list_meetings
from chancery.models import Meeting, MeetingDimension, MeetingPage, ParticipationRole, Problem
from chancery.types import UNSET, File, Unset

SLUG = "lavrov-cavusoglu-call-2020-10-27"


def page(answer: object) -> MeetingPage:
    assert isinstance(answer, MeetingPage), answer
    return answer


def walk(client: Client) -> list[Meeting]:
    """Return all meetings, five at a time."""
    cursor: str | Unset = UNSET
    found: list[Meeting] = []
    while True:
        got = page(list_meetings.sync(client=client, limit=5, cursor=cursor))
        found += got.results
        if got.next_ is None:
            return found
        cursor = parse_qs(urlsplit(got.next_).query)["cursor"][0]


def main(server: str) -> None:
    client = Client(base_url=server)
    now = datetime.now(UTC)

    meetings = walk(client)
    slugs = [one.slug for one in meetings]
    assert len(set(slugs)) == len(slugs) > 10
    assert SLUG in slugs

    def some(**asked: object) -> set[str]:
        return {one.slug for one in page(list_meetings.sync(client=client, limit=200, **asked)).results}  # type: ignore[arg-type]

    russia, turkey = some(participant=["RUS"]), some(participant=["TUR"])
    assert some(participant=["RUS", "TUR"]) == russia & turkey != set(), "repeated: all of"
    assert some(participant=["RUS,TUR"]) == russia | turkey != russia & turkey, "comma: any of"

    host, mediator = ParticipationRole.HOST, ParticipationRole.MEDIATOR
    assert some(participant_role=[host, mediator]) == some(participant_role=[host]) | some(participant_role=[mediator]) != set()

    geneva = page(list_meetings.sync(client=client, near=[46.2, 6.15, 50.0])).results
    assert geneva
    assert all(one.place and one.place.country and one.place.country.slug == "CHE" for one in geneva)

    # `fields` is for plain JSON: its answers lack keys that a Meeting has.
    raw = client.get_httpx_client().get("/api/v1/meetings", params={"fields": ["slug", "name"], "limit": 2}).json()
    assert [list(one) for one in raw["results"]] == [["slug", "name"]] * 2

    assert some(updated_after=now) == set()
    assert some(updated_before=now) == set(slugs)
    assert {one.slug for one in page(list_meetings.sync(client=client, limit=200, known_at=now)).results} == set(slugs)

    one = get_meeting.sync(SLUG, client=client)
    assert isinstance(one, Meeting)
    assert one.slug == SLUG

    years = count_meetings.sync(client=client, by=[MeetingDimension.YEAR])
    assert years is not None
    assert not isinstance(years, Problem)
    assert sum(group.count for group in years.groups) == years.total == len(slugs)
    assert all(isinstance(group.year, int | None) for group in years.groups)

    problem = list_meetings.sync(client=client, cursor="nowhere")
    assert isinstance(problem, Problem)
    assert [(flaw.parameter, flaw.code) for flaw in problem.errors] == [("cursor", "invalid_cursor")]

    file = export_meetings.sync(client=client)
    assert isinstance(file, File)
    *documents, last = map(json.loads, file.payload.read().splitlines())
    assert [document["slug"] for document in documents] == slugs
    assert last == {"complete": True, "count": len(slugs)}
    print(f"openapi-python-client: {len(slugs)} meetings walked, filtered, counted and exported")


main(sys.argv[1])
