"""What is likely wrong with events, who took part in them, and what was agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from actors.choices import ActorKind
from actors.models import Actor, Tenure
from config.desk.editorial.checks.records import duplicate_rule, end_rule, link_rule, paired, proof_rule
from config.desk.editorial.checks.rules import Found, Rule, alike, gathered, not_retracted, subject_key
from config.outbound.addresses import url_error
from config.record.models.querysets import PUBLIC
from config.record.values import edtf
from events.choices import EventKind, HeldState, ParticipationRole, ReviewStatus
from events.models import Event, Participation, Provision, ProvisionReview, Topic

# Who makes an agreement one.
PARTIES: Final = (ParticipationRole.PARTY, ParticipationRole.SIGNATORY, ParticipationRole.ADOPTER, ParticipationRole.GUARANTOR)
# What is said of those who are not there any more, and not yet: of officials, and of all others.
_OVER: Final = ("was no longer alive", "no longer existed")
_AHEAD: Final = ("was not born yet", "did not exist yet")


def _over_before_signed(within: Q) -> QuerySet[Event]:
    return Event.objects.filter(within, not_retracted(), kind=EventKind.AGREEMENT, ended_on_latest__lt=F("start_earliest"))


def _ended_before_signed(within: Q) -> Iterator[Found]:
    for pk, ended, start in _over_before_signed(within).values_list("pk", "ended_on", "start"):
        yield Found(pk, f"It ended ({ended}) before its date ({start}).", "ended_on")


def _outside_lifetime(within: Q, who: str) -> QuerySet[Participation]:
    # The bounds of the actor alone spare the database to look at all events of one that has neither.
    over = Q(**{f"{who}__end_latest__lt": edtf.LATEST}) & Q(**{f"{who}__end_latest__lt": F("event__start_earliest")})
    ahead = Q(**{f"{who}__start_earliest__gt": edtf.EARLIEST}) & Q(**{f"{who}__start_earliest__gt": F("event__end_latest")})
    return Participation.objects.filter(within, over | ahead, not_retracted("event__"))


def _absent(within: Q) -> Iterator[Found]:
    """Yield who took part, or was represented, after its end or before its beginning."""
    for who, did in (("actor", "took part"), ("on_behalf_of", "was represented")):
        rows = _outside_lifetime(within, who)
        columns = ("event", who, f"{who}__name", f"{who}__kind", f"{who}__start", f"{who}__end", f"{who}__end_latest")
        for event, actor, name, kind, start, end, last, day, first in rows.values_list(
            *columns, "event__start", "event__start_earliest"
        ):
            wrong, since = (_OVER, end) if last < first else (_AHEAD, start)
            yield Found(
                event, f"{name} {did} ({day}), but {wrong[kind != ActorKind.OFFICIAL]} ({since}).", subject_key(Actor, actor)
            )


def _without_tenure(within: Q) -> QuerySet[Participation]:
    body = Q(office__body=OuterRef("on_behalf_of")) | Q(office__body__country=OuterRef("on_behalf_of"))
    held = Tenure.objects.filter(body, not_retracted(), official=OuterRef("actor"))
    then = held.filter(start_earliest__lte=OuterRef("event__end_latest"), end_latest__gte=OuterRef("event__start_earliest"))
    return Participation.objects.filter(
        within, Exists(held), ~Exists(then), not_retracted("event__"), actor__kind=ActorKind.OFFICIAL, on_behalf_of__isnull=False,
    )  # fmt: skip


def _out_of_office(within: Q) -> Iterator[Found]:
    for event, actor, name, body_name, day in _without_tenure(within).values_list(
        "event", "actor", "actor__name", "on_behalf_of__name", "event__start"
    ):
        message = f"{name} represents {body_name}, but no tenure in one of its offices covers that date ({day})."
        yield Found(event, message, subject_key(Actor, actor))


def _twice(within: Q) -> Iterator[Found]:
    """Yield events of one kind on one day that have the same name, or meetings of the same form and participants."""
    dated = Event.objects.filter(not_retracted(), start_earliest=F("start_latest"))
    if within:
        touched = set(dated.filter(within).values_list("kind", "start_earliest"))
        if not touched:
            return
        kinds, days = {kind for kind, _ in touched}, {day for _, day in touched}
        # Public events have one index of their days, and the others another.
        near = dated.filter(kind__in=kinds, start_earliest__in=days)
        parts = [near.filter(state=PUBLIC), near.exclude(state=PUBLIC)]
    else:
        days_of_several = dated.values("kind", "start_earliest").annotate(count=Count("pk")).filter(count__gt=1).order_by()
        parts = [dated.filter(start_earliest__in=days_of_several.values("start_earliest"))]
    rows = {
        pk: (kind, day, name, form)
        for part in parts
        for pk, kind, day, name, form in part.values_list("pk", "kind", "start_earliest", "name_folded", "mode")
    }
    same_name = alike(((kind, day, name), pk) for pk, (kind, day, name, _) in rows.items())
    met = {pk: (day, form) for pk, (kind, day, _, form) in rows.items() if kind == EventKind.MEETING}
    same_people = alike(((met[pk], people), pk) for pk, people in _participants(parts) if len(people) > 1 and pk in met)
    pairs = list(dict.fromkeys([*same_name, *same_people]))
    yield from paired(Event, pairs, "A similar event has the same date: {}.")


def _alike_on_the_day(within: Q) -> list[QuerySet[Event]]:
    """Return the dated events beside which there is one of the kind and day with the same name, or a meeting like it."""
    dated = Event.objects.filter(not_retracted(), start_earliest=F("start_latest"))
    touched = dated.filter(within)
    same_day = dated.filter(kind=OuterRef("kind"), start_earliest=OuterRef("start_earliest")).exclude(pk=OuterRef("pk"))
    people = Participation.objects.filter(event=OuterRef(OuterRef("pk"))).values("actor")
    same_people = Exists(Participation.objects.filter(event=OuterRef("pk"), actor__in=people))
    alike_ones = (
        same_day.filter(name_folded=OuterRef("name_folded")),
        same_day.filter(same_people, kind=EventKind.MEETING, mode=OuterRef("mode")),
    )
    # Public events have one index of their days, and the others another.
    return [
        touched.filter(Exists(part)) for rows in alike_ones for part in (rows.filter(state=PUBLIC), rows.exclude(state=PUBLIC))
    ]


def _participants(parts: Iterable[QuerySet[Event]]) -> Iterator[tuple[int, frozenset[object]]]:
    for part in parts:
        meetings = part.filter(kind=EventKind.MEETING).values("pk")
        took_part = Participation.objects.filter(event__in=meetings).order_by("event").values_list("event", "actor")
        yield from gathered(took_part.iterator(chunk_size=5000))


def _lacking(within: Q) -> QuerySet[Event, Any]:
    roles = {
        "took_part": Q(),
        "speakers": Q(participations__role=ParticipationRole.SPEAKER),
        "parties": Q(participations__role__in=PARTIES),
    }
    counts = {name: Count("participations__actor", filter=role, distinct=True) for name, role in roles.items()}
    lacking = (
        Q(kind=EventKind.MEETING, took_part__lt=2)
        | Q(kind=EventKind.STATEMENT, speakers=0)
        | Q(kind=EventKind.AGREEMENT, parties=0)
    )
    rows = Event.objects.filter(within, not_retracted()).exclude(kind=EventKind.ACTION).values("pk", "kind").annotate(**counts)
    return rows.filter(lacking).order_by()


def _alone(within: Q) -> Iterator[Found]:
    for row in _lacking(within):
        yield Found(row["pk"], _LACKS[row["kind"]])


_LACKS: Final[dict[str, str]] = {
    EventKind.MEETING: "It has fewer than two participants.",
    EventKind.STATEMENT: "It has no speaker.",
    EventKind.AGREEMENT: "It has no party, signatory, guarantor or adopter.",
}


def _ahead(within: Q) -> QuerySet[Event]:
    """Return the events to come; what an agreement or a statement will be is not known before, a meeting can be scheduled."""
    rows = Event.objects.filter(within, not_retracted(), start_earliest__gt=timezone.now().date())
    return rows.exclude(kind=EventKind.MEETING, held_state__in=_NOT_HELD)


def _behind(within: Q) -> QuerySet[Event]:
    """Return the meetings that still are scheduled for a day that has passed."""
    passed = Q(kind=EventKind.MEETING, held_state=HeldState.SCHEDULED, end_latest__lt=timezone.now().date())
    return Event.objects.filter(within, not_retracted(), passed)


def _out_of_time(within: Q) -> Iterator[Found]:
    for pk, start in _ahead(within).values_list("pk", "start"):
        yield Found(pk, f"Its date ({start}) is in the future.")
    for pk, start in _behind(within).values_list("pk", "start"):
        yield Found(pk, f"Its status is Scheduled, but its date ({start}) has passed.")


_NOT_HELD: Final = (HeldState.SCHEDULED, HeldState.POSTPONED, HeldState.CANCELLED)


def _unreviewed(within: Q) -> Iterator[Found]:
    waiting = (ReviewStatus.PENDING, ReviewStatus.IN_PROGRESS)
    judged = ProvisionReview.objects.filter(provision=OuterRef("pk")).exclude(status__in=waiting)
    due = Provision.objects.filter(due_latest__lt=timezone.now().date(), due_latest__gt=edtf.EARLIEST)
    rows = due.filter(within, ~Exists(judged), not_retracted(), not_retracted("agreement__"))
    for pk, last in rows.values_list("pk", "due_latest"):
        yield Found(pk, f"It was due by {last} and has no compliance review.")


def _with_address(within: Q) -> QuerySet[Event]:
    return Event.objects.filter(within, not_retracted(), kind=EventKind.AGREEMENT).exclude(text_url="")


def _malformed(within: Q) -> Iterator[Found]:
    for pk, url in _with_address(within).values_list("pk", "text_url"):
        if wrong := url_error(url):
            yield Found(pk, f"The URL of its text {wrong}: {url}", "text_url")


RULES: Final = (
    proof_rule(Topic),
    proof_rule(Event),
    end_rule(Event, _ended_before_signed, _over_before_signed),
    Rule(
        code="participant_absent",
        label="Participant outside lifetime",
        explanation="A participant was not alive, or did not exist, on the date of the event. Correct that date, the dates of "
        "the actor, or the participant.",
        about=Event,
        find=_absent,
        involves={Event: ("event",), Actor: ("actor", "on_behalf_of")},
        suspects=lambda within: [_outside_lifetime(within, who) for who in ("actor", "on_behalf_of")],
    ),
    Rule(
        code="out_of_office",
        label="No tenure on the date",
        explanation="An official represents a body but held none of its offices on the date. Correct the date, the tenure, or "
        "the represented body, or add the missing tenure.",
        about=Event,
        find=_out_of_office,
        involves={Event: ("event",), Actor: ("actor",)},
        through={Tenure: (Actor, "tenures")},
        suspects=lambda within: [_without_tenure(within)],
    ),
    duplicate_rule(Event, _twice, _alike_on_the_day),
    Rule(
        code="too_few",
        label="Missing participants",
        explanation="Meetings need at least two participants, statements a speaker, and agreements parties.",
        about=Event,
        find=_alone,
        involves={Event: ("pk",)},
        suspects=lambda within: [_lacking(within)],
    ),
    Rule(
        code="out_of_time",
        label="Outside period of existence",
        explanation="The date is in the future, or a scheduled meeting is in the past. "
        "Correct the date, or the status of the meeting.",
        about=Event,
        find=_out_of_time,
        involves={Event: ("pk",)},
        suspects=lambda within: [_ahead(within), _behind(within)],
    ),
    Rule(
        code="unreviewed",
        label="Overdue, no compliance review",
        explanation="The deadline has passed. Add a compliance review.",
        about=Provision,
        find=_unreviewed,
        involves={Provision: ("pk",)},
        through={Event: (Provision, "agreement")},
    ),
    link_rule(Event, _malformed, lambda within: [_with_address(within)]),
)
