"""Records for tests: drafts, until `published` cites and publishes them."""

from __future__ import annotations

from typing import Any, TypeVar

import factory
from factory.django import DjangoModelFactory

from actors.choices import CountryStatus, OfficeRank, OrganizationType
from actors.models import Country, Office, Official, Organization, Tenure
from config.record.curation import transitions
from config.record.documents import writer
from config.record.documents.writer import Touched
from config.record.models import Documented
from config.sources.models import Source
from events.choices import (
    ActionType,
    AgreementStage,
    AgreementType,
    HeldState,
    MeetingMode,
    ParticipationRole,
    ProvisionCategory,
    StancePosition,
    StatementAttribution,
    StatementForm,
    StatementMedium,
    TopicType,
)
from events.models import Action, Agreement, Meeting, Participation, Provision, Stance, Statement, Topic

Record = TypeVar("Record", bound=Documented)


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"source-{n}")
    name = factory.Sequence(lambda n: f"Report {n}")
    date = "2020-10-27"


class CountryFactory(DjangoModelFactory):
    class Meta:
        model = Country

    slug = factory.Sequence(lambda n: f"X{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}-{n}")
    name = factory.Sequence(lambda n: f"Country {n}")
    status = CountryStatus.STATE


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"organization-{n}")
    name = factory.Sequence(lambda n: f"Organization {n}")
    organization_type = OrganizationType.GOVERNMENT


class OfficialFactory(DjangoModelFactory):
    class Meta:
        model = Official

    slug = factory.Sequence(lambda n: f"official-{n}")
    name = factory.Sequence(lambda n: f"Official {n}")


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Office

    slug = factory.Sequence(lambda n: f"office-{n}")
    name = factory.Sequence(lambda n: f"Office {n}")
    body = factory.SubFactory(CountryFactory)
    rank = OfficeRank.FOREIGN_MINISTER


class TenureFactory(DjangoModelFactory):
    class Meta:
        model = Tenure

    slug = factory.Sequence(lambda n: f"tenure-{n}")
    official = factory.SubFactory(OfficialFactory)
    office = factory.SubFactory(OfficeFactory)
    start = "2015-11-24"


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    slug = factory.Sequence(lambda n: f"topic-{n}")
    name = factory.Sequence(lambda n: f"Topic {n}")
    type = TopicType.CONFLICT


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    slug = factory.Sequence(lambda n: f"meeting-{n}")
    name = factory.Sequence(lambda n: f"Meeting {n}")
    start = "2020-10-27"
    mode = MeetingMode.PHONE_CALL
    held_state = HeldState.HELD


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = Agreement

    slug = factory.Sequence(lambda n: f"agreement-{n}")
    name = factory.Sequence(lambda n: f"Agreement {n}")
    start = "2020-10-23"
    agreement_type = AgreementType.CEASEFIRE
    stage = AgreementStage.SIGNED


class StatementFactory(DjangoModelFactory):
    class Meta:
        model = Statement

    slug = factory.Sequence(lambda n: f"statement-{n}")
    name = factory.Sequence(lambda n: f"Statement {n}")
    start = "2020-10-24"
    text = "It lacks credibility."
    form = StatementForm.PARAPHRASE
    medium = StatementMedium.NEWS_REPORT
    attribution = StatementAttribution.REPORTED


class ActionFactory(DjangoModelFactory):
    class Meta:
        model = Action

    slug = factory.Sequence(lambda n: f"action-{n}")
    name = factory.Sequence(lambda n: f"Action {n}")
    start = "2020-10-25"
    action_type = ActionType.TRAINING


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    event = factory.SubFactory(MeetingFactory)
    actor = factory.SubFactory(OfficialFactory)
    role = ParticipationRole.PARTICIPANT


class ProvisionFactory(DjangoModelFactory):
    class Meta:
        model = Provision

    slug = factory.Sequence(lambda n: f"provision-{n}")
    agreement = factory.SubFactory(AgreementFactory)
    order = factory.Sequence(lambda n: n % 30_000 + 1)
    text = factory.Sequence(lambda n: f"Provision {n}")
    category = ProvisionCategory.FOREIGN_FORCES


class StanceFactory(DjangoModelFactory):
    class Meta:
        model = Stance

    slug = factory.Sequence(lambda n: f"stance-{n}")
    statement = factory.SubFactory(StatementFactory)
    position = StancePosition.DOUBTS


def cited(record: Record, **citation: Any) -> Record:
    """Give a record proof."""
    record.citations.create(source=citation.pop("source", None) or SourceFactory(), **citation)  # type: ignore[attr-defined]
    return record


def published(record: Record) -> Record:
    """Cite a record, and whatever its document shows, and publish it all."""
    table: Any = record._meta.concrete_model
    shown: Touched = {table: {record.pk}}
    while any(shown.values()):
        _cite(shown)
        shown = writer.shown_by(writer.with_parts(shown), unpublished=True)
    transitions.publish({table: [record.pk]}, along=True, reason="Test")
    record.refresh_from_db()
    return record


def _cite(records: Touched) -> None:
    """Give proof to each record that can have it and has none."""
    for model, ids in records.items():
        for record in model._default_manager.filter(pk__in=ids):
            if hasattr(record, "citations") and not record.citations.exists():
                cited(record)
