"""Which actors stand in which published events, and hold which published stances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from config.record.choices import CurationState
from config.record.indexes import Index, IndexRow
from events.choices import ParticipationRole
from events.models import Appearance, Holding, Participation, Stance


def _appearances(ids: Sequence[int]) -> set[IndexRow]:
    public = Participation.objects.filter(event_id__in=ids, event__state=CurationState.PUBLISHED)
    event = ("event__kind", "event__spread", "event__start_earliest")
    return _of_each(public.values_list("event_id", "actor_id", "on_behalf_of_id", *event))


def _holdings(ids: Sequence[int]) -> set[IndexRow]:
    speech = "statement__participations"
    public = Stance.objects.filter(pk__in=ids, state=CurationState.PUBLISHED)
    spoken = public.filter(**{f"{speech}__role": ParticipationRole.SPEAKER})
    return _of_each(
        spoken.values_list("pk", f"{speech}__actor", f"{speech}__on_behalf_of", "position", "statement__start_earliest")
    )


def _of_each(rows: Iterable[tuple[Any, ...]]) -> set[IndexRow]:
    """Return a row for whoever acts, and one for whom it acts for."""
    return {(record, actor, *rest) for record, by, behalf, *rest in rows for actor in (by, behalf) if actor}


APPEARANCES: Final = Index(Appearance, ("event_id", "actor_id", "kind", "spread", "start_earliest"), _appearances)
HOLDINGS: Final = Index(Holding, ("stance_id", "actor_id", "position", "start_earliest"), _holdings)
