"""What a user of openapi-generator's Python client writes: `python plain.py http://127.0.0.1:8000`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from chancery_client import ApiClient, Configuration, MeetingsApi, ParticipationRole
from chancery_client.exceptions import BadRequestException
from chancery_client.models.meeting_field import MeetingField


def main(server: str) -> None:
    meetings = MeetingsApi(ApiClient(Configuration(host=server)))
    now = datetime.now(UTC)
    slugs, cursor = [], None
    while True:
        page = meetings.list_meetings(limit=5, cursor=cursor)
        slugs += [one.slug for one in page.results]
        if page.next is None:
            break
        cursor = parse_qs(urlsplit(page.next).query)["cursor"][0]
    assert len(set(slugs)) == len(slugs) > 10

    def some(**asked):
        return {one.slug for one in meetings.list_meetings(limit=200, **asked).results}

    russia, turkey = some(participant=["RUS"]), some(participant=["TUR"])
    assert some(participant=["RUS", "TUR"]) == russia & turkey != set()
    assert some(participant=["RUS,TUR"]) == russia | turkey != russia & turkey
    assert some(participant_role=[ParticipationRole.HOST, ParticipationRole.MEDIATOR])
    assert some(near=[46.2, 6.15, 50.0])
    raw = meetings.list_meetings_without_preload_content(fields=[MeetingField.SLUG, MeetingField.NAME], limit=2)
    assert [list(one) for one in json.loads(raw.data)["results"]] == [["slug", "name"]] * 2
    # This client writes the offset as +0000.
    assert some(updated_after=now) == set()
    assert some(known_at=now) == set(slugs)
    try:
        meetings.list_meetings(cursor="nowhere")
        raise SystemExit("No problem was raised.")
    except BadRequestException as problem:
        assert [(flaw.parameter, flaw.code) for flaw in problem.data.errors] == [("cursor", "invalid_cursor")]
    *documents, last = map(json.loads, meetings.export_meetings().splitlines())
    assert [document["slug"] for document in documents] == slugs
    assert last == {"complete": True, "count": len(slugs)}
    print(f"openapi-generator python: {len(slugs)} meetings walked, filtered and exported")


main(sys.argv[1])
