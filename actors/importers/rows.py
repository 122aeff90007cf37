"""Which rows make actors, offices and tenures, and which lists they hold."""

from __future__ import annotations

from typing import Final

from django.db import models

from actors.models import (
    Actor,
    ActorCitation,
    ActorIdentifier,
    ActorName,
    ActorRelation,
    Office,
    OfficeCitation,
    Tenure,
    TenureCitation,
)
from config.record.loading.loader import Loadable, Nested
from config.sources.models import Source


def names(model: type[models.Model]) -> Nested:
    """Return the list of names, kept in `model`."""
    return Nested("names", model, "record", ("text", "language", "kind"))


def identifiers(model: type[models.Model]) -> Nested:
    """Return the list of codes, kept in `model`."""
    return Nested("identifiers", model, "record", ("scheme", "value", "valid_from", "listed_from"))


def citations(model: type[models.Model]) -> Nested:
    """Return the list of proof, kept in `model`."""
    return Nested("citations", model, "record", ("source", "role", "field", "locator"))


_ACTOR: Final = (
    names(ActorName),
    identifiers(ActorIdentifier),
    Nested("relations", ActorRelation, "subject", ("type", "object", "start")),
    citations(ActorCitation),
)

SOURCE: Final = Loadable("source", Source)

LOADABLES: Final = (
    SOURCE,
    Loadable("country", Actor, nested=_ACTOR),
    Loadable("organization", Actor, nested=_ACTOR),
    Loadable("official", Actor, aliases={"nationality": "country"}, nested=_ACTOR),
    Loadable("office", Office, nested=(citations(OfficeCitation),)),
    Loadable("tenure", Tenure, nested=(citations(TenureCitation),)),
)
