"""What is chosen in the entry forms is what is stored, whatever the pauses, the pointer and the server do.

`DRIVES=1000` runs so many drives instead of the few that every run does, from the seed `DRIVES_FROM` on.
"""

from __future__ import annotations

import os
import sys
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from actors.models import Actor
from events.models import Event
from tests.browser import drives
from tests.browser.drives import Item, Plan
from tests.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DRIVES = int(os.environ.get("DRIVES", "4"))
FIRST = int(os.environ.get("DRIVES_FROM", "1"))
COLUMNS = {
    "actor": ("participation", "actor"),
    "on_behalf_of": ("participation", "on_behalf_of"),
    "topic": ("eventtopic", "topic"),
}


class Finder:
    """What the lists answer, asked for without a browser."""

    def __init__(self) -> None:
        self._client = Client()
        self._client.force_login(person("Curator", "finder"))
        self._found: dict[tuple[str, str], list[Item]] = {}

    def __call__(self, where: str, term: str) -> list[Item]:
        if (where, term) not in self._found:
            self._found[where, term] = self._find(where, term)
        return self._found[where, term]

    def _find(self, where: str, term: str) -> list[Item]:
        model, column = COLUMNS[where]
        asked = {"app_label": "events", "model_name": model, "field_name": column, "term": term, "day": drives.DAY}
        answer = self._client.get(reverse("admin:autocomplete"), asked).json()
        return [
            Item(str(one["id"]), one["text"], one.get("represents", {}).get("text", ""))
            for one in (*answer["results"], *answer["drafts"])
        ]


def wanted(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "start": drives.DAY,
        "end": "",
        "subtype": drives.SUBTYPES.get(plan.kind, ("", ""))[1],
        "text": plan.text,
        "topics": sorted(plan.topics),
        "people": [row.stored for row in plan.rows],
        "records": [row.actor.id for row in plan.rows if row.actor],
        "more": 0,
    }


def record_of(actor: Actor, last: int) -> str:
    """Return which record an actor is: its key, or what asked for it where it was drafted after the actor `last`."""
    subtype = f"{actor.kind}.{actor.organization_type}" if actor.organization_type else actor.kind
    return f"new:{subtype}:{actor.name}" if actor.pk > last else str(actor.pk)


def stored(plan: Plan, last: int) -> dict[str, Any]:
    event = Event.objects.filter(kind=plan.kind).order_by("-pk").first()
    assert event
    return {
        # A meeting is named after who met, which nobody chooses.
        "name": event.name if plan.name else "",
        "start": event.start,
        "end": event.end,
        "subtype": event.mode or event.action_type,
        "text": event.text or event.description,
        "topics": sorted(one.topic.name for one in event.event_topics.all()),
        "people": [
            (one.actor.name, one.role, one.on_behalf_of.name if one.on_behalf_of else "", one.wording)
            for one in event.participations.order_by("pk")
        ],
        "records": [record_of(one.actor, last) for one in event.participations.order_by("pk")],
        # What nobody chose.
        "more": event.citations.count() + event.names.count(),
    }


def difference(plan: Plan, last: int, fault: str) -> str:
    """Return how what was stored differs from what was chosen."""
    if fault:
        return fault
    chosen, kept = wanted(plan), stored(plan, last)
    return "; ".join(f"{key}: chosen {chosen[key]}, stored {kept[key]}" for key in chosen if chosen[key] != kept[key])


def run(seed: int, browser: Any, driver: drives.Driver, finder: Finder) -> str:
    """Enter a record; return what is stored otherwise than it was chosen."""
    random = Random(seed)
    with transaction.atomic():
        plan = drives.planned(random, random.choice(list(drives.FIRST_ROLES)), finder)
        last = Actor.objects.latest("pk").pk
        fault = difference(plan, last, browser.run(driver.drive, plan, random))
        transaction.set_rollback(True)
    return fault


def test_what_is_chosen_is_what_is_stored(sample: None, opened: Any, browser: Any, capsys: pytest.CaptureFixture[str]) -> None:
    finder, wrong = Finder(), {}
    page = opened("Curator")
    page.clock.install()
    page.clock.pause_at("2030-01-01")
    driver = browser.run(drives.Driver, page._thing)
    for seed in range(FIRST, FIRST + DRIVES):
        fault = run(seed, browser, driver, finder)
        if fault:
            wrong[seed] = fault
        if DRIVES > 50:
            with capsys.disabled():
                sys.stdout.write(f"{seed}: {fault or 'as chosen'}\n")
                sys.stdout.flush()
    assert wrong == {}
