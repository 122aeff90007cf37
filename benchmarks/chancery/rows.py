"""The one place where records of a world become rows of Chancery's bulk writer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from benchmarks.records import Agreement, Meeting, Official, Proof, Provision, Statement, Tenure, World

Row = dict[str, Any]

# What proves everything that has no source of its own.
DATASET: Final = "made-up-data"
RANKS: Final = {
    "president": "head_of_state",
    "minister": "minister",
    "envoy": "envoy",
    "ambassador": "envoy",
    "spokesperson": "other",
}


def meeting_slug(number: int) -> str:
    """Return the slug of a meeting."""
    return f"meeting-{number}"


def statement_slug(number: int) -> str:
    """Return the slug of a statement; slugs stand in the order of the numbers."""
    return f"statement-{number:07d}"


class Rows:
    """The rows of a world, in parts that are loaded one after the other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.countries = {country.id: country.code for country in world.countries()}
        self.topics = {topic.id: topic.slug for topic in world.topics()}

    def basics(self) -> Iterator[Row]:
        """Return what events refer to."""
        yield {"kind": "source", "slug": DATASET, "name": "Made-up data"}
        yield from self._sources()
        yield from self._countries()
        yield from self._organizations()
        yield from self._officials()
        yield from self._offices()
        for topic in self.world.topics():
            yield {"kind": "topic", "slug": topic.slug, "name": topic.name, "type": "issue", "citations": _FROM_DATASET}

    def _sources(self) -> Iterator[Row]:
        for one in self.world.sources():
            yield {
                "kind": "source", "slug": _source_slug(one.id), "name": one.title, "publisher": one.publisher, "url": one.url,
                "date": one.published.isoformat(),
            }  # fmt: skip

    def _countries(self) -> Iterator[Row]:
        for one in self.world.countries():
            identifiers = [{"scheme": "iso3166-1-alpha-2", "value": one.alpha2}]
            yield {
                "kind": "country", "slug": one.code, "name": one.name, "status": "state", "identifiers": identifiers,
                "citations": _FROM_DATASET,
            }  # fmt: skip

    def _organizations(self) -> Iterator[Row]:
        for one in self.world.organizations():
            yield {
                "kind": "organization", "slug": f"organization-{one.id}", "name": one.name, "organization_type": one.type,
                "country": self.countries[one.country], "names": [{"text": one.acronym, "kind": "acronym"}],
                "citations": _FROM_DATASET,
            }  # fmt: skip

    def _officials(self) -> Iterator[Row]:
        for one in self.world.officials():
            nationality = self.countries[one.country]
            yield {
                "kind": "official",
                "slug": str(one.id),
                "name": one.name,
                "nationality": nationality,
                "citations": _FROM_DATASET,
            }

    def _offices(self) -> Iterator[Row]:
        """Return the offices that anybody held, and who held them."""
        offices: dict[str, Row] = {}
        tenures = []
        for official in self.world.officials():
            for tenure in official.tenures:
                body = f"organization-{tenure.organization}" if tenure.organization else self.countries[official.country]
                slug = f"{tenure.office}-of-{body}"
                offices[slug] = {
                    "kind": "office", "slug": slug, "name": f"{tenure.office.capitalize()} of {body}", "body": body,
                    "rank": RANKS[tenure.office], "seats": None, "citations": _FROM_DATASET,
                }  # fmt: skip
                tenures.append(_tenure(official, tenure, slug))
        yield from offices.values()
        yield from tenures

    def meetings(self) -> Iterator[Row]:
        """Return the meetings."""
        return map(self._meeting, self.world.meetings())

    def _meeting(self, one: Meeting) -> Row:
        participations = [
            {"actor": str(each.official), "role": each.role, "on_behalf_of": self.countries[each.country]}
            for each in one.participants
        ]
        return {
            "kind": "meeting", "slug": meeting_slug(one.id), "name": one.title, "description": one.summary,
            "start": one.day.isoformat(), "country": self.countries[one.place], "mode": one.format, "held_state": "held",
            "dataset": "meetings", "external_id": str(one.id), "participations": participations,
            "topics": [self.topics[topic] for topic in one.topics], "citations": _from_source(one.proof),
        }  # fmt: skip

    def agreements(self) -> Iterator[Row]:
        """Return the agreements, with their provisions."""
        return map(self._agreement, self.world.agreements())

    def _agreement(self, one: Agreement) -> Row:
        actions = [
            {"actor": self.countries[party.country], "type": "ratification", "date": party.ratified.isoformat()}
            for party in one.parties
            if party.ratified
        ]
        return {
            "kind": "agreement", "slug": _agreement_slug(one.id), "name": one.title, "start": one.signed.isoformat(),
            "agreement_type": one.type, "stage": "in_force" if one.in_force else "signed",
            "in_force_on": one.in_force.isoformat() if one.in_force else "", "dataset": "agreements",
            "external_id": str(one.id),
            "participations": [{"actor": self.countries[party.country], "role": "party"} for party in one.parties],
            "party_actions": actions, "provisions": [_provision(one, each) for each in one.provisions],
            "citations": _from_source(one.proof),
        }  # fmt: skip

    def statements(self) -> Iterator[Row]:
        """Return the statements, each with a stance."""
        return map(self._statement, self.world.statements())

    def _statement(self, one: Statement) -> Row:
        return {
            "kind": "statement", "slug": statement_slug(one.id), "name": f"Statement {one.id} of official {one.speaker}",
            "start": one.day.isoformat(), "text": one.quote, "form": "quote", "language": "en", "medium": "unknown",
            "attribution": "direct", "dataset": "statements", "external_id": str(one.id),
            "participations": [
                {"actor": str(one.speaker), "role": "speaker", "on_behalf_of": self.countries[one.country]},
            ],
            "stances": [{"slug": f"stance-{one.id}", "position": one.position, **self._target(one)}],
            "citations": _from_source(one.proof),
        }  # fmt: skip

    def _target(self, one: Statement) -> Row:
        if one.agreement:
            return {"event": _agreement_slug(one.agreement)}
        return {"event": meeting_slug(one.meeting)} if one.meeting else {"topic": self.topics[one.topic or 0]}


_FROM_DATASET: Final = [{"source": DATASET, "role": "supports"}]


def _from_source(proof: Proof) -> list[Row]:
    return [{"source": _source_slug(proof.source), "role": "supports", "locator": proof.locator}]


def _source_slug(number: int) -> str:
    return f"source-{number}"


def _agreement_slug(number: int) -> str:
    return f"agreement-{number}"


def _tenure(official: Official, one: Tenure, office: str) -> Row:
    return {
        "kind": "tenure", "slug": f"tenure-{one.id}", "official": str(official.id), "office": office,
        "start": one.start.isoformat(), "end": one.end.isoformat() if one.end else "",
        "status": "ended" if one.end else "unknown", "citations": _FROM_DATASET,
    }  # fmt: skip


def _provision(agreement: Agreement, one: Provision) -> Row:
    return {
        "slug": f"{_agreement_slug(agreement.id)}-{one.number}",
        "order": one.number,
        "locator": one.heading,
        "text": one.text,
        "category": "other",
    }
