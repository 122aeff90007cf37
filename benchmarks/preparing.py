"""What stands in the database before anything is measured: a world in Chancery, drafts among it, and the floor."""

from __future__ import annotations

from itertools import islice

from django.core.management import call_command
from django.db import connection, transaction

from actors.models import Actor
from benchmarks.chancery.loading import Print, load_world
from benchmarks.chancery.rows import Rows
from benchmarks.floor import tables
from benchmarks.world import MadeUp
from events.models import Meeting, Participation, Stance, Statement, Topic

# One meeting and one statement of so many has a twin that is a draft.
_DRAFTED = 200


def prepare(world: MadeUp, echo: Print) -> float | None:
    """Fill the database, and return how many seconds the bulk writer took; None where it was full already."""
    there = {*connection.introspection.table_names()}
    call_command("migrate", verbosity=0)
    if "floor_statement" in there:
        echo("The database of an earlier run is used again.")
        if not tables.TABLES.keys() <= there:
            tables.fill(world)
        tidy()
        return None
    taken = load_world(world, echo)
    with transaction.atomic():
        add_drafts(world)
        # Last, because it tells that the rest is there.
        tables.fill(world)
    tidy()
    return taken


def tidy() -> None:
    """Let the database count its rows, as it does by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def add_drafts(world: MadeUp) -> None:
    """Add drafts of meetings and statements that would stand in answers if they were published."""
    rows = Rows(world)
    topic = Topic.objects.get(slug=rows.topics[1])
    for meeting in islice(world.meetings(), 0, None, _DRAFTED):
        draft = Meeting.objects.create(
            slug=f"draft-meeting-{meeting.id}",
            name="Draft",
            start=meeting.day.isoformat(),
            mode=meeting.format,
            held_state="held",
        )
        for one in meeting.participants:
            _take_part(draft, one.official, rows.countries[one.country], one.role)
    for spoken in islice(world.statements(), 0, None, _DRAFTED):
        statement = Statement.objects.create(
            slug=f"draft-statement-{spoken.id}", name="Draft", start=spoken.day.isoformat(), text=spoken.quote, form="quote",
            medium="unknown", attribution="direct",
        )  # fmt: skip
        _take_part(statement, spoken.speaker, rows.countries[spoken.country], "speaker")
        Stance.objects.create(slug=f"draft-stance-{spoken.id}", statement=statement, position=spoken.position, target_topic=topic)


def _take_part(event: Meeting | Statement, official: int, country: str, role: str) -> None:
    actor, behalf = Actor.objects.get(slug=str(official)), Actor.objects.get(slug=country)
    Participation.objects.create(event=event, actor=actor, on_behalf_of=behalf, role=role)
