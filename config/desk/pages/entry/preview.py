"""The public document of a form that is not saved yet: saved as it would be, rendered, and undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from django.contrib.admin.helpers import InlineAdminFormSet
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, QueryDict

from config.desk.editorial.records import labels
from config.desk.pages.changeform import filled
from config.desk.pages.entry.drafting import supporting_citation
from config.desk.pages.entry.summary import Line, summary
from config.exceptions import ChanceryError
from config.record.curation import transitions
from config.record.documents import writer
from config.record.documents.log_writer import dump
from config.record.documents.registry import Model, Touched, document_type_of, parts_of
from config.record.values.choices import CurationState

REASON: Final = "reason"
_UNDONE: Final = "Preview"


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a form, and where."""

    where: str
    said: str
    field: str = ""


@dataclass
class Preview:
    """What a form would publish, and what keeps it from that."""

    mistakes: list[Mistake] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)
    along: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    document: str = ""
    # What follows for single rows of the form, by the prefix of their fields.
    notes: dict[str, str] = field(default_factory=dict)


def of(admin: Any, request: HttpRequest, record: Any) -> Preview:
    """Return the preview of the form in `request`; nothing of it stays."""
    preview = Preview()
    with transaction.atomic():
        try:
            _fill(preview, admin, request, record)
        except ChanceryError as error:
            preview.mistakes.append(Mistake("", str(error)))
        except ProtectedError:
            preview.mistakes.append(Mistake("", "A row that you remove is still referenced."))
        except IntegrityError:
            preview.mistakes.append(Mistake("", "Two rows of the record conflict with each other."))
        transaction.set_rollback(True)
    return preview


def _fill(preview: Preview, admin: Any, request: HttpRequest, record: Any) -> None:
    lacks_reason = _lacks_reason(request, record)
    forms = filled(admin, request, record, _with_reason(request.POST) if lacks_reason else None)
    form, formsets = forms.form, forms.formsets
    if lacks_reason and any(_differs(one) for one in (form, *(row for formset in formsets for row in formset.forms))):
        preview.mistakes.append(
            Mistake("Reason for the change", "Enter the reason for changing this published record.", "id_reason")
        )
    if not forms.is_valid:
        preview.mistakes += [*_mistakes(form, ""), *_formset_mistakes(formsets)]
        return
    with transaction.atomic():
        form.instance.save()
        form.save_m2m()
        for formset in formsets:
            formset.save()
        forms.drafts.prove(supporting_citation(formsets))
        _render(preview, form.instance, formsets, forms.inlines)


def _lacks_reason(request: HttpRequest, record: Any) -> bool:
    """Return whether a published record lacks its reason, which is mostly written last."""
    return record is not None and record.state == CurationState.PUBLISHED and not request.POST.get(REASON, "").strip()


def _with_reason(sent: QueryDict) -> QueryDict:
    data = sent.copy()
    data[REASON] = _UNDONE
    return data


def _differs(form: Any) -> bool:
    """Return whether a form says anything else than what is stored. Browsers send line breaks as two characters."""
    return any(
        _lines(form[name].initial) != _lines(form[name].data) for name in form.changed_data if name != REASON
    )  # fmt: skip


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _render(preview: Preview, new: Any, formsets: Sequence[Any], inlines: Sequence[InlineAdminFormSet]) -> None:
    model: Model = document_type_of(type(new)).model
    mine = {model: {new.pk}}
    family = writer.with_parts(mine)
    writer.compute_derived(family)
    for document_type in parts_of(model):
        _open(document_type.model, family[document_type.model])
    body = document_type_of(model).render([new.pk])[new.pk].body
    if not document_type_of(model).part_of:
        along, unproved = transitions.publication_blockers(mine)
        preview.along, preview.unproved = _named(along), _named(unproved)
    plain: Mapping[str, Any] = orjson.loads(dump(dict(body)))
    preview.lines = summary(plain)
    preview.document = orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode()
    for formset, inline in zip(formsets, inlines, strict=True):
        preview.notes |= _notes(formset, inline)


def _named(records: Touched) -> list[str]:
    """Return records by name and kind, the first of many."""
    found = labels(records)
    return [f"{one.name} ({one.kind})" for one in found.shown] + ([f"and {found.more} more"] if found.more else [])


def _open(model: Model, ids: set[int]) -> None:
    """Give the parts of a record the documents that would stand in its own."""
    for pk, rendering in document_type_of(model).render(sorted(ids)).items():
        model._default_manager.filter(pk=pk).update(state=CurationState.PUBLISHED, document=dump(dict(rendering.body)).decode())


def _notes(formset: Any, inline: Any) -> dict[str, str]:
    """Return what the record itself would add to the rows of a form."""
    if not hasattr(inline, "noted"):
        return {}
    prefixes = {form.instance.pk: form.prefix for form in formset.forms if form.instance.pk}
    return {prefixes[pk]: note for pk, note in inline.noted(list(prefixes)).items() if note}


def _mistakes(form: Any, where: str) -> Iterator[Mistake]:
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        label = str(bound.label).capitalize() if bound is not None else ""
        for said in errors:
            yield Mistake(" · ".join(filter(None, (where, label))), str(said), bound.id_for_label if bound is not None else "")


def _formset_mistakes(formsets: Sequence[Any]) -> Iterator[Mistake]:
    for formset in formsets:
        meta: models.options.Options[Any] = formset.model._meta
        for said in formset.non_form_errors():
            yield Mistake(str(meta.verbose_name_plural).capitalize(), str(said))
        for number, form in enumerate(formset.forms, start=1):
            yield from _mistakes(form, f"{str(meta.verbose_name).capitalize()} {number}")
