"""Coverage of public events by topic and month, for the dashboard."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone

from config.desk.editorial.coverage import Coverage
from config.desk.editorial.coverage import Topic as Row
from events.models import Event, Topic

MONTHS: Final = 60
TOPICS: Final = 14


def coverage() -> Coverage | None:
    """Return the coverage of the five years up to the last event; None where there is none."""
    past = Event.objects.public().filter(start_earliest__lte=timezone.now().date())
    last = past.aggregate(last=Max("start_earliest"))["last"]
    if last is None or last.year <= MONTHS // 12:
        return None
    newest = _number(last)
    months = [date(number // 12, number % 12 + 1, 1) for number in range(newest - MONTHS + 1, newest + 1)]
    # Both tables are read from indexes alone: of many thousands of events it takes as many as there are in five years.
    days = past.filter(start_earliest__gte=months[0]).order_by().values_list("event_topics__topic", "start_earliest")
    counts: dict[int | None, list[int]] = defaultdict(lambda: [0] * MONTHS)
    for topic, day, count in days.annotate(count=Count("pk")):
        counts[topic][_number(day) - newest - 1] += count
    most = sorted(counts, key=lambda topic: -sum(counts[topic]))[:TOPICS]
    names = dict(Topic.objects.filter(pk__in=[topic for topic in most if topic]).values_list("pk", "name"))
    rows = [Row(names[topic], reverse("admin:desk_record", args=["topics", topic]), counts[topic]) for topic in most if topic]
    without = [Row("No topic", "", counts[None])] if None in counts else []
    return Coverage(months, [*rows, *without])


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
