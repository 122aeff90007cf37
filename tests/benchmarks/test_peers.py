"""The files of another harness become the same records as the made-up world, and its target asks what Chancery answers."""

from __future__ import annotations

import base64
import tomllib
from datetime import date
from pathlib import Path

import orjson
import pytest
from django.test import Client

from benchmarks.peers.folder import Folder
from benchmarks.peers.target import target
from benchmarks.records import Meeting, Participant, Proof, Statement
from events.models import Statement as Said

FILES = {
    "meeting": "id,title,kind,date,location_id,summary\n1,Talks,working,2020-01-02,3,Short\n2,Call,call,2020-01-03,3,Shorter\n",
    "meeting_participant": "id,meeting_id,official_id,country_id,role\n1,1,7,3,host\n2,1,8,4,guest\n",
    "meeting_topic": "id,meeting_id,topic_id\n1,2,5\n",
    "statement": (
        "id,speaker_id,country_id,date,stance,target_kind,agreement_id,meeting_id,topic_id,quote\n"
        "1,7,3,2020-01-04,-2,meeting,,2,,No.\n"
    ),
    "citation": "id,source_id,meeting_id,agreement_id,statement_id,locator\n1,9,1,,,p. 1\n2,9,2,,,p. 2\n3,9,,,1,p. 3\n",
}


def test_files_are_read_as_records(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    folder = Folder(tmp_path)
    participants = [Participant(7, 3, "host"), Participant(8, 4, "participant")]
    assert list(folder.meetings()) == [
        Meeting(1, "Talks", "talks", date(2020, 1, 2), 3, "Short", participants, [], Proof(9, "p. 1")),
        Meeting(2, "Call", "phone_call", date(2020, 1, 3), 3, "Shorter", [], [5], Proof(9, "p. 2")),
    ]
    assert list(folder.statements()) == [Statement(1, 7, 3, date(2020, 1, 4), -2, None, 2, None, "No.", Proof(9, "p. 3"))]


def test_the_target_makes_cursors_that_chancery_takes(sample: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1/peers")
    reported = tomllib.loads(target())["queries"]["Q6k"]
    first = Said.objects.public().order_by("-start_earliest", "-pk")[0]
    text = reported["cursor_format"].format(after_date=first.start_earliest, after_id=first.pk)
    cursor = base64.urlsafe_b64encode(text.encode()).decode()
    assert "=" not in cursor
    assert orjson.loads(text)[2] == [str(first.start_earliest), first.pk]
    whole, after = (client.get(url).json()["results"] for url in ("/api/v1/statements", reported["url"].format(cursor=cursor)))
    assert after == whole[1:]
