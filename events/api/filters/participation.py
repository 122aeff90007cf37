"""Filters by who takes part in an event, speaks, or is a party to an agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from actors.models import Actor, Country
from config.api.parameters.base import MAX_JOINED, Branch, Condition, DrivingTable, Parameter, Values, for_each
from config.api.parameters.dimensions import Dimension
from config.api.parameters.types import Related
from config.record.models.querysets import Among, CorrelatedExists
from events.choices import ParticipationRole, PartyActionType
from events.models import EventActorIndex, Participation, PartyAction, StanceHolderIndex
from events.querysets import MaterializedKeys, any_of


def _for_or_by(keys: Any) -> Q:
    return any_of(Participation, Q(actor__in=keys), Q(on_behalf_of__in=keys))


def _of_country(keys: Any) -> Q:
    return any_of(Participation, Q(actor__in=keys), Q(actor__country__in=keys), Q(on_behalf_of__in=keys))


@dataclass(frozen=True, eq=False)
class Acting(Branch):
    """Participations, where a table beside them tells who acts in a record or has somebody act for it."""

    # That table, its foreign key to the record, and its name seen from there.
    index: type[Model] = EventActorIndex
    key: str = "event"
    path: str = "actor_index"

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]], values: Values) -> QuerySet[Any]:
        """Keep the records in which the actors act; beside other parameters, in participations that are what these say."""
        if [type(parameter) for parameter, _ in given] == [ActsForCountry]:
            ((_, value),) = given
            return queryset.filter(Exists(EventActorIndex.objects.filter(event=OuterRef("pk"), country__in=value)))
        if not all(isinstance(parameter, ActorFilter) for parameter, _ in given):
            return super().narrow(queryset, given, values)
        for parameter, value in given:
            for one in value[:MAX_JOINED]:
                queryset = queryset.filter(Exists(self._rows(parameter, one)))
            if others := value[MAX_JOINED:]:
                rows = self.index._default_manager.filter(**{self.key: OuterRef("pk")})
                queryset = queryset.filter(for_each(rows, self.key, [Q(actor__in=parameter.keys(one)) for one in others]))
        return queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any, values: Values) -> QuerySet[Any]:
        """Drop the records in which one of the actors acts; or what is said of participations, with one of which it holds."""
        if isinstance(parameter, ActorFilter):
            return queryset.filter(~CorrelatedExists(self._rows(parameter, value)))
        return super().exclude(queryset, parameter, value, values)

    def _rows(self, parameter: Any, value: Any) -> QuerySet[Any]:
        return self.index._default_manager.filter(**{self.key: OuterRef("pk"), "actor__in": parameter.keys(value)})


class ActorFilter(Related):
    """An actor that acts, or for whom somebody acts."""

    def __init__(self, of: Acting, help_text: str) -> None:
        self.acting = of
        super().__init__(Actor, _for_or_by, of=of, repeatable=True, help_text=help_text)

    def dimension(self) -> Dimension:
        index = (self.acting.index, self.acting.key, "actor")
        return Dimension(self, ("actor", "on_behalf_of"), Actor, index=index, kept=(self.acting.index, "actor_id"))

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        # Rows of one actor each stand in the order of the days; of several, a record might be met twice.
        if any(len(one) > 1 for one in value):
            return None
        alternative = [{"actor": one[0]} for one in value]
        covers = frozenset() if siblings else frozenset({"participant", "holder"})
        return DrivingTable(
            self.acting.path,
            self.acting.key,
            self.acting.index,
            [alternative],
            spread=self.acting.index is EventActorIndex,
            covers=covers,
        )


class ActsForCountry(Related):
    """The country that a participant is, belongs to, is a national of or acts for."""

    def __init__(self, of: Acting) -> None:
        self.acting = of
        text = "Country that the participant is, belongs to, is a national of or represents."
        super().__init__(Country, _of_country, of=of, help_text=text)

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        if siblings or len(value) > 1:
            return None
        rows = [[{"country": value[0]}]]
        covers = frozenset({"participant_country"})
        return DrivingTable("actor_index", "event", EventActorIndex, rows, spread=True, covers=covers, repeats=True)

    def condition_met(self, value: Any, values: Values) -> Condition:
        # Each row that is met says so itself; to find all that are of a large country takes longer than to fill a page.
        return Q(actor__in=value) | Q(actor__country__in=value) | Q(on_behalf_of__in=value)

    def dimension(self) -> Dimension:
        return Dimension(self, ("actor", "actor__country", "on_behalf_of"), Country, kept=(EventActorIndex, "country_id"))


@dataclass(frozen=True, eq=False)
class Acceding(Branch):
    """What parties did to agreements; without a word on what they did, parties by their role as well."""

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]], values: Values) -> QuerySet[Any]:
        """Keep the agreements that the actors are parties to; beside `party_action`, those to which they did that."""
        if any(parameter.select != "actor" for parameter, _ in given):
            return super().narrow(queryset, given, values)
        for _, value in given:
            # Of many conditions the planner expects that next to nothing meets them all, and joins row by row what does.
            joined = len(value) <= MAX_JOINED
            for keys in value:
                found = self._agreements(keys)
                queryset = queryset.filter(pk__in=found) if joined else queryset.filter(Among("pk", found))
        return queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any, values: Values) -> QuerySet[Any]:
        """Drop the agreements that one of the actors is a party to, or to which somebody did one of the things."""
        if parameter.select != "actor":
            return super().exclude(queryset, parameter, value, values)
        return queryset.exclude(pk__in=self._agreements(value))

    @staticmethod
    def _agreements(keys: Sequence[int]) -> Any:
        by_role = Participation.objects.filter(role=ParticipationRole.PARTY).order_by()
        by_action = PartyAction.objects.filter(actor__in=keys, type__in=BINDING).order_by()
        themselves, through_others = by_role.filter(actor__in=keys), by_role.filter(on_behalf_of__in=keys)
        return MaterializedKeys(
            themselves.values("event").union(through_others.values("event"), by_action.values("agreement"), all=True)
        )


# By what one becomes a party, or shows that one is. Those who only voted on an agreement are none.
BINDING = (
    PartyActionType.SIGNATURE,
    PartyActionType.RATIFICATION,
    PartyActionType.ACCESSION,
    PartyActionType.RESERVATION,
    PartyActionType.WITHDRAWAL,
)
PARTY_ACTIONS = Acceding(lambda _: PartyAction.objects.all(), "agreement")
PARTICIPATIONS = Acting(lambda _: Participation.objects.all(), "event")
SPEAKERS = Acting(
    lambda _: Participation.objects.filter(role=ParticipationRole.SPEAKER),
    "event",
    "statement",
    StanceHolderIndex,
    "stance",
    "holder_index",
)


class Party(Related):
    """Who is a party to an agreement."""

    def __init__(self) -> None:
        text = (
            "Only agreements with this actor as a party: with the role of party, itself or represented by another, or by "
            "signature, ratification or accession. With `party_action`, agreements with this action of the actor, votes included."
        )
        super().__init__(Actor, "actor", of=PARTY_ACTIONS, repeatable=True, help_text=text)

    def dimension(self) -> None:
        # Parties stand in two tables: nothing counts by both.
        return None
