"""Forms in which people enter records. They know every rule of their table, also those on columns they do not show."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.models import InlineForeignKeyField, construct_instance

from config.desk.pages.entry.fields import RecordField, is_key
from config.desk.pages.entry.proposals import SlugProposal
from config.record.database.constraints import SLUG_LENGTH
from config.record.database.validation import validate_constraints
from config.record.documents.registry import document_type_of, parts_of
from config.record.values.choices import CurationState
from config.record.values.edtf import interval
from config.record.values.fields import DerivedField, derive_columns

# Fields of a start with that of the end.
_SPANS: Final = (("start", "end"), ("valid_from", "valid_to"), ("listed_from", "listed_to"))
_PART: Final = re.compile(r"([a-z]+)/(\d{1,4})(?=/|$)", re.ASCII)


class CheckedForm(forms.ModelForm):  # type: ignore[type-arg]  # made for many models
    """A form that says which of the table's constraints a row breaks, before the database refuses it."""

    # Columns that the form sets without showing them as they are.
    set_by_form: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for start, end in _SPANS:
            if start in self.fields and end in self.fields:
                self.fields[start].widget.attrs["data-until"] = end
                self._part_interval(self.add_prefix(start), self.add_prefix(end))

    def _part_interval(self, start: str, end: str) -> None:
        """Take an interval in the field of the start for both dates, where nothing else stands in that of the end."""
        found = interval(self.data.get(start, "").strip()) if self.is_bound else None
        if found and self.data.get(end, "").strip() in ("", found[1]):
            data: Any = self.data
            data = data.copy()
            data[start], data[end] = found
            self.data = data

    def _post_clean(self) -> None:
        """Fill the row and check it: as Django does, but with all constraints in one query, and derived columns set before."""
        left_out = self._get_validation_exclusions()  # type: ignore[attr-defined]  # Django's hook for what a form does after its fields
        try:
            self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
            exclude = left_out | self._known_to_exist()
            self.instance.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]  # as Django's own forms do
        if self._is_stored():
            return
        try:
            validate_constraints(self.instance, exclude=left_out | {*self.errors} if self.errors else self._hidden(left_out))
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]  # as above

    def _known_to_exist(self) -> set[str]:
        """Return the foreign keys whose rows a field has found, or that say to which record a row belongs."""
        return {name for name, field in self.fields.items() if isinstance(field, forms.ModelChoiceField | InlineForeignKeyField)}

    def _is_stored(self) -> bool:
        """Return whether the row is in the table as it is: then it breaks no constraint."""
        return self.instance.pk is not None and not self.has_changed()

    def _hidden(self, left_out: set[str]) -> set[str]:
        """Set the derived columns, and return those whose constraints cannot be checked because the form does not have them."""
        derive_columns(self.instance)
        known = {field.name for field in self.instance._meta.concrete_fields if isinstance(field, DerivedField)}
        return left_out - known - {"kind"} - self.set_by_form


class SeenField(forms.CharField):
    """What the form was made from. It is the page's own, and nobody's change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RecordForm(SlugProposal, CheckedForm):
    """The form of a record. A published one is changed with a reason, which everybody can read."""

    seen = SeenField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason for the change",
        help_text="Required for published records. Public, in the change feed.",
        widget=AdminTextInputWidget,
    )

    def clean(self) -> dict[str, Any] | None:
        """Ask for the reason."""
        cleaned = super().clean()
        if self.instance.state == CurationState.PUBLISHED and not self.cleaned_data.get("reason", "").strip():
            self.add_error("reason", "Enter the reason for changing this published record.")
        return cleaned


class RecordFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # made for many models
    """Rows of a record. What they refer to is fetched for all of them in one query for each column."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Find the row behind a form among those that are fetched already."""
        super().add_fields(form, index)
        model: Any = self.model
        key = model._meta.pk.name
        form.fields[key] = StoredRowField(form.instance, form.fields[key])

    def full_clean(self) -> None:
        """Fetch what is chosen before each form looks for its own."""
        for name in self._choosing() if self.is_bound else ():
            bound: list[Any] = [form[name] for form in self.forms]
            keys = {int(one.data) for one in bound if one.data not in (None, "") and is_key(one.data)}
            found = bound[0].field.queryset.in_bulk(keys) if keys else {}
            for one in bound:
                one.field.fetched = found
        super().full_clean()

    def _choosing(self) -> list[str]:
        """Return the names of the fields in which a record is chosen."""
        fields = self.forms[0].fields if self.forms else {}
        return [name for name, field in fields.items() if isinstance(field, RecordField)]


class StoredRowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # made for many models
    """The hidden key of a row that the formset has fetched."""

    def __init__(self, row: Any, plain: Any) -> None:
        super().__init__(plain.queryset, initial=plain.initial, required=False, widget=plain.widget)
        self.row = row

    def to_python(self, value: Any) -> Any:
        """Return the row."""
        return self.row if self.row.pk is not None and str(value) == str(self.row.pk) else super().to_python(value)


class LabelledRows(RecordFormSet):
    """Rows in a table. The head of a column is the label of its fields, and each says it to those who do not see that."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", str(field.label or name.replace("_", " ")).capitalize())


class PartForm(CheckedForm):
    """The form of a provision or a stance within its record; a slug that is left out follows from the record's."""

    owner: ClassVar[str]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def _post_clean(self) -> None:
        """Make a slug where there is none."""
        entered = self.cleaned_data.get("slug") or self.instance.slug or self._made()
        if "slug" in self.fields:
            self.cleaned_data["slug"] = entered
        self.instance.slug = entered
        super()._post_clean()

    def _made(self) -> str:
        model = type(self.instance)
        # The record itself may be new, and not be set in the row yet.
        owner = self.cleaned_data.get(self.owner) or getattr(self.instance, self.owner)
        stem = "-".join(filter(None, (owner.slug[: SLUG_LENGTH - 20], str(model._meta.model_name))))
        index = self.prefix.rpartition("-")[2] if self.prefix else ""
        number = int(index) + 1 if index.isdecimal() else 1
        taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
        while f"{stem}-{number}" in taken:
            number += 1000
        return f"{stem}-{number}"


class CitationFormSet(RecordFormSet):
    """The proof of a record. What it is about may be named by its index: `provisions/2` is the second provision."""

    def save_new(self, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Put the slug where the index stands: parts that are new have none yet while people type."""
        form.instance.field = _PART.sub(self._named, form.instance.field, count=1)
        return super().save_new(form, commit=commit)

    def _named(self, found: re.Match[str]) -> str:
        collection, index = found[1], int(found[2])
        for document_type in parts_of(document_type_of(type(self.instance)).model):
            if document_type.collection == collection and index:
                parts = document_type.model._default_manager.filter(**{document_type.part_of: self.instance.pk}).order_by("pk")
                slug = parts.values_list("slug", flat=True)[index - 1 : index].first()
                return f"{collection}/{slug}" if slug else found[0]
        return found[0]
