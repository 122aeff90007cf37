"""Records that a form names and that are not there yet: made as drafts when the form is saved, with its proof.

A choice `new:official:Sergey Lavrov` asks for a draft. It is made while the form is checked, in the transaction of the
save, and goes with it where the form is refused. The same name asked for twice in one form is one draft.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest

from config.desk.choices import RevisionAction
from config.desk.editorial import versions
from config.desk.pages.entry.naming import proposed
from config.record.database.validation import validate_constraints
from config.record.documents.registry import Model, document_type_of, has_kind
from config.record.models import Citation
from config.record.values.choices import CitationRole
from config.record.values.fields import DerivedField, derive_columns

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEW: Final = "new:"


@dataclass(frozen=True)
class Draftable:
    """A draftable of record that needs no more than a name to be drafted."""

    word: str
    model: type[Any]
    # What it is called in the offer: a draft official, a draft armed group.
    label: str
    values: Mapping[str, Any] = field(default_factory=dict)
    # What names of the draftable mostly hold: it is offered first for these.
    hint: re.Pattern[str] | None = None

    def fits(self, name: str) -> bool:
        """Return whether a name sounds like one of the draftable."""
        return self.hint is not None and self.hint.search(name) is not None


DRAFTABLES: Final[dict[str, Draftable]] = {}


def register(*draftables: Draftable) -> None:
    """Make draftables of drafts known, in the order in which they are offered."""
    DRAFTABLES.update({draftable.word: draftable for draftable in draftables})


def draftables_for(column: Any, request: HttpRequest, site: AdminSite) -> Iterator[Draftable]:
    """Yield the draftables of drafts that may stand in a column and that the user may add."""
    target = column.related_model
    limits = column.get_limit_choices_to() if hasattr(column, "get_limit_choices_to") else {}
    kind = getattr(target, "KIND", None) or (limits.get("kind") if isinstance(limits, dict) else None)
    for draftable in DRAFTABLES.values():
        same = draftable.model._meta.concrete_model is target._meta.concrete_model
        if same and kind in (None, getattr(draftable.model, "KIND", None)) and may_add(draftable, request, site):
            yield draftable


def may_add(draftable: Draftable, request: HttpRequest, site: AdminSite) -> bool:
    """Return whether the user may add such a record."""
    return site.is_registered(draftable.model) and site.get_model_admin(draftable.model).has_add_permission(request)


def label_of(value: str) -> str:
    """Return what a choice that asks for a draft is called."""
    _, word, name = value.split(":", 2)
    return f"{name} (new draft {DRAFTABLES[word].label})" if word in DRAFTABLES else name


def asks_for_draft(value: Any) -> bool:
    """Return whether a choice asks for a draft."""
    return isinstance(value, str) and value.startswith(NEW) and value.count(":") > 1


class Drafts:
    """The drafts that are made for what the forms of one record name."""

    def __init__(self, request: HttpRequest, site: AdminSite) -> None:
        self._request, self._site = request, site
        self._made: dict[tuple[str, str], Any] = {}
        self._proof: Citation | None = None

    def make(self, value: str, column: Any) -> Any:
        """Return the draft that a choice asks for; raise `ValidationError` where it cannot be."""
        _, word, name = value.split(":", 2)
        draftable = next((one for one in draftables_for(column, self._request, self._site) if one.word == word), None)
        if draftable is None or "\x00" in name:
            raise ValidationError("You cannot create a record of this kind here.", code="not_draftable")
        name = " ".join(name.split())
        key = (word, name)
        if key not in self._made:
            self._made[key] = self._drafted(draftable, name)
        return self._made[key]

    @staticmethod
    def _drafted(draftable: Draftable, name: str) -> Any:
        row = draftable.model(name=draftable.model._meta.get_field("name").clean(name, None), **draftable.values)
        row.slug = proposed(draftable.model, name)
        try:
            row.clean_fields(exclude=[one.name for one in row._meta.concrete_fields if isinstance(one, DerivedField)])
            derive_columns(row)
            validate_constraints(row)
            with transaction.atomic():
                row.save()
        except (ValidationError, IntegrityError) as error:
            said = (
                " ".join(error.messages)
                if isinstance(error, ValidationError)
                else "Somebody else is adding it at the moment. Try again."
            )
            raise ValidationError(f"“{name}” cannot be drafted: {said}", code="not_draftable") from error
        return row

    def keep(self, citation: Citation | None, by: User) -> None:
        """Give the drafts the proof of the form that they came with, and keep their first version."""
        self._proof = citation
        self.prove(citation)
        ids: dict[Model, set[int]] = defaultdict(set)
        for row in self._made.values():
            model: Model = document_type_of(type(row)).model
            ids[model].add(row.pk)
        for model, keys in ids.items():
            versions.keep(model, keys, by=by, action=RevisionAction.ENTERED)

    def prove(self, citation: Citation | None) -> None:
        """Cite for the drafts what the form that they came with cites."""
        if citation is None:
            return
        for row in self._made.values():
            if hasattr(row, "citations"):
                row.citations.create(
                    source_id=citation.source_id, role=CitationRole.SUPPORTS, quote=citation.quote,
                    locator=citation.locator, attribution=citation.attribution,
                )  # fmt: skip

    def again(self, by: User) -> None:
        """Make the drafts once more, under their keys, where they were undone with a form that becomes a proposal."""
        for row in self._made.values():
            row._state.adding = True
            row.save(force_insert=True)
        self.keep(self._proof, by)


def supporting_citation(formsets: Iterable[Any]) -> Citation | None:
    """Return the citation that proves the drafts of a form: the first new one that supports, or the first there was."""
    citations = [formset for formset in formsets if issubclass(formset.model, Citation)]
    new = (one for formset in citations for one in getattr(formset, "new_objects", ()))
    cited = (one for formset in citations for one in formset.queryset.all())
    return next((one for one in (*new, *cited) if one.role == CitationRole.SUPPORTS), None)


def kind_of(row: models.Model) -> str:
    """Return what a record is, in a word or two."""
    return str(row.get_kind_display() if has_kind(type(row)) else row._meta.verbose_name).lower()  # type: ignore[attr-defined]
