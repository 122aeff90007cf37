"""What two actors have with each other, in figures, each with a link to the list behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer
from actors.models import Actor
from config.api.errors import NotFoundError
from config.api.filters import FilterSet
from config.api.references import is_identifier, is_slug, named_by
from config.api.schema import Operation, ViewSchema, one_record
from config.api.serializers import Address, EnumField
from config.api.values import Day
from config.api.views import PublicAPIView, json_response, moved
from config.record import dates
from events.api.serializers import EventRefSerializer, TargetRefSerializer
from events.choices import EventKind, HeldState, ParticipationRole, StancePosition
from events.models import Agreement, Event, Meeting, Participation, Stance

# More targets than a reader looks through; the lists behind the figures hold them all.
MOST_TARGETS = 100


class FigureSerializer(serializers.Serializer[Any]):
    """A number and the list behind it."""

    count = serializers.IntegerField(help_text="How many.", min_value=0)
    url = Address(help_text="The list of them.")


class KindFigureSerializer(FigureSerializer):
    """How many events of a kind."""

    kind = EnumField(EventKind, help_text="What sort of event.")


class YearFigureSerializer(FigureSerializer):
    """How many events that began in a year."""

    year = serializers.IntegerField(help_text="The year.", min_value=1, max_value=9999)


class PositionFigureSerializer(FigureSerializer):
    """How many stances of a position."""

    position = EnumField(StancePosition, help_text="The position.")


class LastMeetingSerializer(EventRefSerializer):
    """The last meeting that was held."""

    start = serializers.CharField(help_text="When it began (EDTF); null: unknown.", allow_null=True)


class SharedTargetSerializer(serializers.Serializer[Any]):
    """Something on which both have taken a stance, with the last one of each."""

    target = TargetRefSerializer(help_text="What both have spoken of.")
    a = EnumField(StancePosition, help_text="Where the first stands.")
    b = EnumField(StancePosition, help_text="Where the second stands.")
    url = Address(help_text="The stances of both on it.")


class RelationsSerializer(serializers.Serializer[Any]):
    """What two actors have with each other."""

    a = ActorRefSerializer(help_text="The first.")
    b = ActorRefSerializer(help_text="The second.")
    as_of = serializers.DateField(help_text="The day by which it is judged what was last and what was in force.")
    events = FigureSerializer(help_text="All in which both took part, themselves or through somebody.")
    by_kind = KindFigureSerializer(many=True, help_text="Those, by kind.")
    by_year = YearFigureSerializer(many=True, help_text="Those, by the year they began in; without those of unknown date.")
    last_meeting = LastMeetingSerializer(help_text="The last meeting held by then.", allow_null=True)
    agreements_in_force = FigureSerializer(help_text="Agreements between them that can have been in force that day.")
    agreements_ended = FigureSerializer(help_text="Agreements between them that had ended before that day.")
    stances_of_a_on_b = PositionFigureSerializer(many=True, help_text="What the first has said of the second.")
    stances_of_b_on_a = PositionFigureSerializer(many=True, help_text="What the second has said of the first.")
    shared_targets = SharedTargetSerializer(
        many=True, help_text=f"On what both have taken a stance, latest first, at most {MOST_TARGETS}."
    )


class RelationsFilters(FilterSet):
    """The parameters of the address."""

    as_of = Day(help_text="The day by which it is judged what was last and what was in force; today (UTC) if left out.")


class RelationsView(PublicAPIView):
    """What two actors have with each other: events by kind and year, agreements, and stances on each other.

    A country is in whatever was done by it or on its behalf. Each figure comes with the list behind it.
    """

    filterset_class = RelationsFilters

    def get(self, request: HttpRequest, a: str, b: str) -> HttpResponse:
        """Answer with the figures."""
        _, values = self.asked(request)
        first, second = _actor(a), _actor(b)
        if (first["slug"], second["slug"]) != (a, b):
            query = request.META.get("QUERY_STRING", "")
            return moved(f"/api/v1/relations/{first['slug']}/{second['slug']}" + (f"?{query}" if query else ""))
        if a == b:
            raise NotFoundError("Name two actors.")
        day = values.get("as_of") or timezone.now().date()
        return json_response(orjson.dumps(_Pair(request, first, second, day).figures()))

    def describe(self, schema: ViewSchema) -> Operation:
        """Return what the OpenAPI document says of the address."""
        parameters = [one_record("a", "The slug of one actor.", "RUS"), one_record("b", "The slug of another.", "TUR")]
        answer = schema.ref(RelationsSerializer)
        parameters += RelationsFilters.described()
        return Operation("get_relations", "relations", "Compare two actors", self.__doc__ or "", answer, parameters)


def _actor(name: str) -> dict[str, Any]:
    """Return the public actor of this slug, old slug or code."""
    found: dict[str, Any] | None = None
    if is_slug(name) or is_identifier(name):
        columns = ("pk", "slug", "kind", "name")
        found = Actor.objects.public().filter(named_by(Actor, [name])).values(*columns).first()
    if found is None:
        raise NotFoundError(f"There is no actor “{name}”." if name.isprintable() else "There is no such actor.")
    return found


class _Pair:
    """Two actors, and what the record has of both."""

    def __init__(self, request: HttpRequest, a: dict[str, Any], b: dict[str, Any], day: date) -> None:
        self.request, self.a, self.b, self.day = request, a, b, day
        self.both = [("participant", a["slug"]), ("participant", b["slug"])]

    def figures(self) -> dict[str, Any]:
        """Return everything the answer holds."""
        by_kind, by_year, total = self._events()
        ended = [*self.both, ("ended_before", str(self.day - timedelta(days=1)))]
        agreements = self._with_both(Agreement.objects.public())
        return {
            "a": _shown(self.a), "b": _shown(self.b), "as_of": self.day.isoformat(),
            "events": self._figure(total, "events", self.both), "by_kind": by_kind, "by_year": by_year,
            "last_meeting": self._last_meeting(),
            "agreements_in_force": self._figure(
                agreements.in_force_on(self.day).count(), "agreements", [*self.both, ("as_of", str(self.day))]
            ),
            "agreements_ended": self._figure(
                agreements.filter(ended_on_latest__lt=self.day).count(), "agreements", ended
            ),
            "stances_of_a_on_b": self._stances(self.a, self.b), "stances_of_b_on_a": self._stances(self.b, self.a),
            "shared_targets": self._shared_targets(),
        }  # fmt: skip

    def _url(self, path: str, query: Iterable[tuple[str, Any]]) -> str:
        return self.request.build_absolute_uri(f"/api/v1/{path}?{urlencode(list(query))}")

    def _figure(self, count: int, path: str, query: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        return {"count": count, "url": self._url(path, query)}

    def _with_both(self, events: Any) -> Any:
        for actor in (self.a, self.b):
            part = Participation.objects.filter(Q(actor=actor["pk"]) | Q(on_behalf_of=actor["pk"]), event=OuterRef("pk"))
            events = events.filter(Exists(part))
        return events

    def _events(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
        rows = self._with_both(Event.objects.public()).values_list("kind", "start_earliest__year")
        kinds: dict[str, int] = {}
        years: dict[int, int] = {}
        total = 0
        for kind, year, count in rows.annotate(count=Count("pk")).order_by():
            total += count
            kinds[kind] = kinds.get(kind, 0) + count
            if year != dates.EARLIEST.year:
                years[year] = years.get(year, 0) + count
        by_kind = [self._figure(kinds[kind], "events", [*self.both, ("kind", kind)]) | {"kind": kind} for kind in sorted(kinds)]
        by_year = [self._figure(years[year], "events", [*self.both, ("year", year)]) | {"year": year} for year in sorted(years)]
        return by_kind, by_year, total

    def _last_meeting(self) -> dict[str, Any] | None:
        held = self._with_both(Meeting.objects.public()).filter(held_state=HeldState.HELD, start_latest__lte=self.day)
        found: dict[str, Any] | None = held.order_by("-start_earliest", "-pk").values("slug", "kind", "name", "start").first()
        return found and found | {"start": found["start"] or None}

    def _stances(self, holder: dict[str, Any], target: dict[str, Any]) -> list[dict[str, Any]]:
        held = _held_by(holder).filter(target_actor=target["pk"])
        query = [("holder", holder["slug"]), ("about", target["slug"])]
        return [
            self._figure(count, "stances", [*query, ("position", position)]) | {"position": position}
            for position, count in held.values_list("position").annotate(count=Count("pk")).order_by("position")
        ]

    def _shared_targets(self) -> list[dict[str, Any]]:
        """Return what both have taken a stance on, with the last of each."""
        last: dict[str, dict[tuple[str, int], dict[str, Any]]] = {
            "a": _last_by_target(self.a, self.b), "b": _last_by_target(self.b, self.a),
        }  # fmt: skip
        shown = []
        for key, row in last["a"].items():
            if key in last["b"]:
                target = _target(key[0], row)
                url = self._url("stances", [("holder", f"{self.a['slug']},{self.b['slug']}"), ("about", target["slug"])])
                shown.append({"target": target, "a": row["position"], "b": last["b"][key]["position"], "url": url})
        return shown[:MOST_TARGETS]


def _shown(actor: dict[str, Any]) -> dict[str, Any]:
    return {key: actor[key] for key in ("slug", "kind", "name")}


def _held_by(actor: dict[str, Any]) -> QuerySet[Any]:
    spoken = Participation.objects.filter(
        Q(actor=actor["pk"]) | Q(on_behalf_of=actor["pk"]), event=OuterRef("statement"), role=ParticipationRole.SPEAKER
    )
    held: QuerySet[Any] = Stance.objects.public().filter(Exists(spoken))
    return held


TARGETS = ("event", "topic", "actor", "provision")


def _last_by_target(actor: dict[str, Any], other: dict[str, Any]) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the last stance of `actor` on each target on which `other` has taken one too, latest first."""
    same = Q()
    for target in TARGETS:
        same |= Q(**{f"target_{target}": OuterRef(f"target_{target}")})
    rows = _held_by(actor).filter(Exists(_held_by(other).filter(same)))
    columns = [f"target_{target}__{column}" for target in TARGETS for column in ("slug", *_NAME[target])]
    latest: dict[tuple[str, int], dict[str, Any]] = {}
    ordered = rows.order_by("-statement__start_earliest", "-pk")
    for row in ordered.values("position", *(f"target_{target}_id" for target in TARGETS), *columns)[:2000]:
        target = next(target for target in TARGETS if row[f"target_{target}_id"])
        latest.setdefault((target, row[f"target_{target}_id"]), row)
    return latest


_NAME = {"event": ("name", "kind"), "topic": ("name",), "actor": ("name", "kind"), "provision": ("text",)}


def _target(target: str, row: dict[str, Any]) -> dict[str, Any]:
    prefix = f"target_{target}__"
    kind = row.get(f"{prefix}kind", target)
    return {"slug": row[f"{prefix}slug"], "kind": kind, "name": row[prefix + _NAME[target][0]]}
