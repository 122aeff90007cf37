"""Relations between two actors: counts, each with the URL of its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer
from actors.models import Actor
from config.api.database.connection import fetched
from config.api.database.prepared import Row
from config.api.engine.names import find, unknown
from config.api.engine.sql_cache import compiled_query, padded
from config.api.errors import NotFoundError
from config.api.openapi.schema import one_record
from config.api.parameters.base import FilterSet
from config.api.parameters.dimensions import YearDimension
from config.api.parameters.references import AmbiguousNameError
from config.api.parameters.request import ParsedRequest
from config.api.parameters.types import DateMatch, Day, certainly
from config.api.serializers import Address, EnumField, GoneProblemSerializer
from config.api.views.base import JSONAnswer, PublicAPIView, moved
from config.api.views.gone import current_slug, gone
from config.record.values import edtf
from events.api.serializers import EventRefSerializer, TargetRefSerializer
from events.choices import EventKind, HeldState, StancePosition
from events.models import Agreement, EventActorIndex, Stance, StanceHolderIndex
from events.models.stances import target_number

# More targets than a reader looks through; the lists behind the figures hold them all.
MAX_TARGETS = 100


class FigureSerializer(serializers.Serializer[Any]):
    """Number of records, with the URL of their list."""

    count = serializers.IntegerField(help_text="Number of records.", min_value=0)
    url = Address(help_text="URL of the list of these records.")


class KindFigureSerializer(FigureSerializer):
    """Number of events of a kind."""

    kind = EnumField(EventKind, help_text="Kind of event.")


class YearFigureSerializer(FigureSerializer):
    """Number of events that started in a year."""

    year = serializers.IntegerField(help_text="Year.", min_value=1, max_value=9999)


class PositionFigureSerializer(FigureSerializer):
    """Number of stances with a position."""

    position = EnumField(StancePosition, help_text="Position.")


class LastMeetingSerializer(EventRefSerializer):
    """Last meeting held."""

    start = serializers.CharField(help_text="Start date (EDTF); null if unknown.", allow_null=True)


class SharedTargetSerializer(serializers.Serializer[Any]):
    """Target on which both actors have taken a stance, with the last position of each."""

    target = TargetRefSerializer(help_text="Target of the stances.")
    a = EnumField(StancePosition, help_text="Last position of the first actor.")
    b = EnumField(StancePosition, help_text="Last position of the second actor.")
    url = Address(help_text="URL of the stances of both actors on the target.")


class RelationsSerializer(serializers.Serializer[Any]):
    """Relations between two actors, in figures."""

    a = ActorRefSerializer(help_text="First actor.")
    b = ActorRefSerializer(help_text="Second actor.")
    as_of = serializers.DateField(help_text="Day of the figures; records of later days are not counted.")
    events = FigureSerializer(
        help_text="Events up to that day with both actors as participants, themselves or represented by another."
    )
    by_kind = KindFigureSerializer(many=True, help_text="Events by kind.")
    by_year = YearFigureSerializer(many=True, help_text="Events by year of their start, without events of unknown date.")
    last_meeting = LastMeetingSerializer(help_text="Last meeting held up to that day; null if there is none.", allow_null=True)
    agreements_in_force = FigureSerializer(help_text="Agreements of both actors that are, or can be, in force on that day.")
    agreements_ended = FigureSerializer(help_text="Agreements of both actors that ended, or can have ended, before that day.")
    stances_of_a_on_b = PositionFigureSerializer(
        many=True, help_text="Stances of the first actor on the second up to that day, by position."
    )
    stances_of_b_on_a = PositionFigureSerializer(
        many=True, help_text="Stances of the second actor on the first up to that day, by position."
    )
    shared_targets = SharedTargetSerializer(
        many=True,
        help_text=f"Targets on which both actors had taken a stance up to that day, latest first, at most {MAX_TARGETS}.",
    )


class RelationsFilters(FilterSet):
    """The parameters of the endpoint."""

    as_of = Day(
        help_text="Day of the figures, by default today (UTC); records of later days are not counted. `date_match` sets how "
        "partial and unknown dates match."
    )
    date_match = DateMatch()


class RelationsView(PublicAPIView):
    """Relations between two actors: events by kind and year, agreements, and stances on each other.

    A country counts as a participant in events in which others represent it. Each figure includes the URL of its list.
    """

    filterset_class = RelationsFilters
    path_parameters = (
        one_record("actor", "Slug of the first actor.", "RUS"),
        one_record("other", "Slug of the second actor.", "TUR"),
    )

    @extend_schema(
        operation_id="get_relations",
        summary="Compare two actors",
        responses={200: RelationsSerializer, 410: GoneProblemSerializer},
    )
    def get(self, request: HttpRequest, actor: str, other: str) -> HttpResponse | JSONAnswer:
        """Answer with the figures."""
        _, query, values = ParsedRequest.of(request, RelationsFilters)
        first, second = _actor(actor), _actor(other)
        if (first["slug"], second["slug"]) != (actor, other):
            rest = request.META.get("QUERY_STRING", "")
            return moved(f"/api/v1/relations/{first['slug']}/{second['slug']}" + (f"?{rest}" if rest else ""))
        if actor == other:
            raise NotFoundError("Give two different actors.")
        day = values.get("as_of") or timezone.now().date()
        figures = _Pair(request, first, second, day, certain=certainly(values)).figures()
        # The ends of the calendar are read as the adjacent days (`Day`), and shown as requested.
        asked = query.values().get("as_of", [figures["as_of"]])
        return JSONAnswer(orjson.dumps(figures | {"as_of": asked[0]}))


def _actor(name: str) -> dict[str, Any]:
    """Return the public actor that `name` names."""
    try:
        found = find(Actor, name)
    except AmbiguousNameError as error:
        raise NotFoundError(str(error)) from error
    if found is None:
        if left := gone(Actor, (name, current_slug(Actor, name)), "/api/v1/actors"):
            raise left
        error_item = unknown([Actor], name)
        raise NotFoundError(error_item.detail, error_item.suggestions)
    (row,) = compiled_query(
        ("actor in relations",), [found.key], lambda keys: Actor.objects.filter(pk=keys[0]).values_list(*_ACTOR)
    ).rows()
    return dict(zip(_ACTOR, row, strict=True))


class _Pair:
    """Two actors, and what the record has of both as of a day.

    Each figure counts what the list behind it selects; those of events and stances are read from the rows that such lists are
    found in (`events.models.indexes`).
    """

    def __init__(self, request: HttpRequest, a: dict[str, Any], b: dict[str, Any], day: date, *, certain: bool) -> None:
        self.request, self.a, self.b, self.day, self.certain = request, a, b, day, certain
        self.keys = [a["pk"], b["pk"]]
        self.both = [("participant", a["slug"]), ("participant", b["slug"])]
        self.match = [("date_match", "certain")] if certain else []
        self.until = [("date_before", str(day)), *self.match]

    def figures(self) -> dict[str, Any]:
        """Return everything the answer holds."""
        by_kind, by_year, total = self._events()
        return {
            "a": _shown(self.a), "b": _shown(self.b), "as_of": self.day.isoformat(),
            "events": self._figure(total, "events", [*self.both, *self.until]), "by_kind": by_kind, "by_year": by_year,
            "last_meeting": self._last_meeting(), **self._agreements(),
            "stances_of_a_on_b": self._stances(self.a, self.b), "stances_of_b_on_a": self._stances(self.b, self.a),
            "shared_targets": self._shared_targets(),
        }  # fmt: skip

    def _url(self, path: str, query: Iterable[tuple[str, Any]]) -> str:
        return self.request.build_absolute_uri(f"/api/v1/{path}?{urlencode(list(query))}")

    def _figure(self, count: int, path: str, query: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        return {"count": count, "url": self._url(path, query)}

    def _rows(self, figure: str, arguments: list[Any], built: Callable[[Any], QuerySet[Any]]) -> list[Row]:
        """Return the rows of the query that `built` makes of `arguments`; its SQL is compiled once."""
        # How much two actors have in common decides which plan is best.
        return compiled_query(("relations", figure, self.certain), arguments, built, planned=False).rows()

    def _count(self, figure: str, arguments: list[Any], built: Callable[[Any], QuerySet[Any]]) -> int:
        def counted(arguments: Any) -> Any:
            rows = built(arguments).order_by().annotate(all=Value(1)).values("all")
            return rows.annotate(number=Count("pk")).values_list("number")

        return sum(number for (number,) in self._rows(figure, arguments, counted))

    def _by_then(self, end: str, day: Any) -> dict[str, Any]:
        """Return the conditions of a row of what had begun by the day or, where it has to be certain, was over."""
        over = {f"{end}__lte": day} if self.certain else {}
        return {"start_earliest__lte": day} | over

    def _events(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
        def built(arguments: Any) -> Any:
            a, b, day = arguments
            rows = _joint_events(a, b, **self._by_then("event__end_latest", day)).annotate(year=_YEAR.column(EventActorIndex))
            return rows.values_list("kind", "year").annotate(count=Count("event")).order_by()

        kinds: Counter[str] = Counter()
        years: Counter[int] = Counter()
        for kind, year, count in self._rows("events", [*self.keys, self.day], built):
            kinds[kind] += count
            if year is not None:
                years[year] += count
        by_kind = [self._events_of("kind", kind, kinds[kind]) for kind in sorted(kinds)]
        return by_kind, [self._events_of("year", year, years[year]) for year in sorted(years)], kinds.total()

    def _events_of(self, name: str, value: Any, count: int) -> dict[str, Any]:
        return self._figure(count, "events", [*self.both, *self.until, (name, value)]) | {name: value}

    def _last_meeting(self) -> dict[str, Any] | None:
        def built(arguments: Any) -> Any:
            a, b, day = arguments
            by_then = self._by_then("event__end_latest", day)
            held = _joint_events(a, b, kind=EventKind.MEETING, event__held_state=HeldState.HELD, **by_then)
            return held.order_by("-start_earliest", "-event_id").values_list(*(f"event__{column}" for column in _MEETING))[:1]

        for last in self._rows("last meeting", [*self.keys, self.day], built):
            return dict(zip(_MEETING, last, strict=True)) | {"start": last[-1] or None}
        return None

    def _agreements(self) -> dict[str, Any]:
        def in_force_on(arguments: Any) -> Any:
            a, b, day = arguments
            return _joint_agreements(a, b).in_force_on(day, certain=self.certain)

        def ended_by(arguments: Any) -> Any:
            a, b, day = arguments
            return _joint_agreements(a, b).ended_by(day, certain=self.certain)

        # What ended on a day was in force on it.
        before = max(self.day, edtf.FIRST_DAY + timedelta(days=1)) - timedelta(days=1)
        in_force = self._count("in force", [*self.keys, self.day], in_force_on)
        ended = self._count("ended", [*self.keys, before], ended_by)
        asked = (("as_of", str(self.day)), ("ended_before", str(before)))
        force, over = ([*self.both, one, *self.match] for one in asked)
        return {
            "agreements_in_force": self._figure(in_force, "agreements", force),
            "agreements_ended": self._figure(ended, "agreements", over),
        }

    def _stances(self, holder: dict[str, Any], target: dict[str, Any]) -> list[dict[str, Any]]:
        def built(arguments: Any) -> Any:
            actor, about, day = arguments
            by_then = self._by_then("stance__statement__end_latest", day)
            held = StanceHolderIndex.objects.filter(actor=actor, target=about, **by_then)
            return held.values_list("position").annotate(count=Count("stance")).order_by("position")

        about = target_number("target_actor", target["pk"])
        query = [("holder", holder["slug"]), ("about", target["slug"]), *self.until]
        return [
            self._figure(count, "stances", [*query, ("position", position)]) | {"position": position}
            for position, count in self._rows("stances", [holder["pk"], about, self.day], built)
        ]

    def _shared_targets(self) -> list[dict[str, Any]]:
        """Return what both have taken a stance on, with the last of each."""
        rows = fetched(_shared(certain=self.certain), [*self.keys, self.day], planned=False)
        columns = ["pk", *(f"target_{target}__{column}" for target in TARGETS for column in ("slug", *_NAME[target]))]
        stances = padded([stance for stance, *_ in rows])
        found = compiled_query(
            ("targets in relations", len(stances)), stances, lambda keys: Stance.objects.filter(pk__in=keys).values_list(*columns)
        )
        named = (dict(zip(columns, row, strict=True)) for row in found.rows()) if stances else ()
        targets = {row["pk"]: _target(row) for row in named}
        holders = ("holder", f"{self.a['slug']},{self.b['slug']}")
        return [
            {
                "target": targets[stance],
                "a": a,
                "b": b,
                "url": self._url("stances", [holders, ("about", targets[stance]["slug"]), *self.until]),
            }
            for stance, a, b in rows
        ]


def _joint_events(a: Any, b: Any, **given: Any) -> QuerySet[Any]:
    """Return the rows of the first actor for the events in which the second stands, too."""
    return EventActorIndex.objects.filter(actor=a, event__in=EventActorIndex.objects.filter(actor=b).values("event"), **given)


def _joint_agreements(a: Any, b: Any) -> Any:
    return Agreement.objects.public().filter(pk__in=_joint_events(a, b, kind=EventKind.AGREEMENT).values("event"))


_ACTOR = ("pk", "slug", "kind", "name")
_YEAR = YearDimension(None, ("start_earliest",))
_MEETING = ("slug", "kind", "name", "start")
TARGETS = ("event", "topic", "actor", "provision")


@cache
def _shared(*, certain: bool) -> str:
    """Return the SQL of the last stance of each of two actors, by a day, on each target that both have taken a stance on.

    One of them for each actor and target is left (`place = 1`), so that a target with two rows is one of both. They are grouped,
    not joined: a planner that expects one row of each actor compares each stance of the one with each of the other.
    """
    statement = (
        "JOIN events_stance stance ON stance.id = holding.stance_id "
        "JOIN events_event statement ON statement.id = stance.statement_id AND statement.end_latest <= %(3)s"
    )
    return f"""
        WITH held AS (
            SELECT holding.*, ROW_NUMBER() OVER (
                PARTITION BY holding.actor_id, holding.target ORDER BY holding.start_earliest DESC, holding.stance_id DESC
            ) AS place
            FROM events_stanceholderindex holding {statement if certain else ""}
            WHERE holding.actor_id IN (%(1)s, %(2)s) AND holding.start_earliest <= %(3)s
        ), shared AS (
            SELECT
                MAX(stance_id) FILTER (WHERE actor_id = %(1)s) AS stance, MAX(position) FILTER (WHERE actor_id = %(1)s) AS a,
                MAX(position) FILTER (WHERE actor_id = %(2)s) AS b, MAX(start_earliest) FILTER (WHERE actor_id = %(1)s) AS day
            FROM held WHERE place = 1 GROUP BY target HAVING COUNT(*) = 2
        )
        SELECT stance, a, b FROM shared ORDER BY day DESC, stance DESC LIMIT {MAX_TARGETS}
    """  # noqa: S608 - names of our own columns


def _shown(actor: dict[str, Any]) -> dict[str, Any]:
    return {key: actor[key] for key in ("slug", "kind", "name")}


_NAME = {"event": ("name", "kind"), "topic": ("name",), "actor": ("name", "kind"), "provision": ("text",)}


def _target(row: dict[str, Any]) -> dict[str, Any]:
    target = next(target for target in TARGETS if row[f"target_{target}__slug"])
    prefix = f"target_{target}__"
    return {"slug": row[f"{prefix}slug"], "kind": row.get(f"{prefix}kind", target), "name": row[prefix + _NAME[target][0]]}
